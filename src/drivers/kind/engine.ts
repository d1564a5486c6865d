/** The engine that a declaration means: where the node containers run, said as the docker command is told. */
import { createHash } from 'node:crypto';
import type { EngineDeclaration } from '../../model/desired.ts';

export interface Engine {
  readonly name: string;
  /** For people, and to tell engines apart. */
  readonly place: string;
  /** What the docker command, and kind through it, find in their environment. */
  readonly environment: Readonly<Record<string, string>>;
}

export const SETTINGS: readonly string[] = ['host', 'context', 'engine'];

/** Left out, it is the engine that the docker command takes by itself: kind takes no other. */
export function engineOf({ name, settings }: EngineDeclaration, environment: NodeJS.ProcessEnv = process.env): Engine {
  const { host, context } = settings;
  if (typeof host === 'string') return { name, place: host, environment: { DOCKER_HOST: host } };
  if (typeof context === 'string')
    return { name, place: `context ${context}`, environment: { DOCKER_CONTEXT: context } };
  const { DOCKER_HOST: usualHost = '', DOCKER_CONTEXT: usualContext = '' } = environment;
  if (usualHost !== '') return { name, place: usualHost, environment: { DOCKER_HOST: usualHost } };
  if (usualContext !== '')
    return { name, place: `context ${usualContext}`, environment: { DOCKER_CONTEXT: usualContext } };
  return { name, place: "the docker command's own", environment: {} };
}

/** Two engines may each have a cluster of one name. */
export function contextId({ place }: Engine, cluster: string): string {
  return `kind-${createHash('sha256').update(place).digest('hex').slice(0, 8)}-${cluster}`;
}
