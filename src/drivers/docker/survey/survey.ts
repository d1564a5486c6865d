/**
 * The engines of this machine, for `doctor`: those that are declared, and those that the contexts of the docker command
 * and the usual sockets lead to. Each is asked once. A context on another machine is told and not asked: nobody expects
 * a look at this machine to log in there.
 */
import { existsSync } from 'node:fs';
import type { EngineDeclaration } from '../../../model/desired.ts';
import { failureOf } from '../../../model/failure.ts';
import type { EngineSight } from '../../engine-sight.ts';
import { openReader } from '../api/client.ts';
import { usualSockets } from '../connection/default-socket.ts';
import { contextNames, dockerConfigFolder } from '../connection/docker-config.ts';
import type { Endpoint } from '../connection/endpoint.ts';
import { identityOf, resolveEndpoint } from '../connection/resolve.ts';
import { describeEngine } from './description.ts';
import { limitsOf } from './limits.ts';
import { remedyFor } from './remedy.ts';

export interface SurveyOptions {
  readonly signal: AbortSignal;
  /** Default: the environment of this process. */
  readonly environment?: NodeJS.ProcessEnv;
}

export async function surveyEngines(
  declared: readonly EngineDeclaration[],
  { signal, environment = process.env }: SurveyOptions,
): Promise<readonly EngineSight[]> {
  const others = found(declared, environment);
  return Promise.all([
    ...declared.map((engine) => sightOf(engine, true, environment, signal)),
    ...others.map((engine) => sightOf(engine, false, environment, signal)),
  ]);
}

/** Each engine once, however many ways lead to it. */
function found(declared: readonly EngineDeclaration[], environment: NodeJS.ProcessEnv): readonly EngineDeclaration[] {
  const seen = new Set(declared.map((engine) => identityOf(engine, environment)));
  const sockets = usualSockets(environment).filter((path) => existsSync(path));
  const candidates = [
    ...contextNames(dockerConfigFolder(environment)).map((context) => engineOf(`context ${context}`, { context })),
    ...sockets.map((path) => engineOf(path, { host: `unix://${path}` })),
  ];
  return candidates.filter((engine) => {
    const identity = identityOf(engine, environment);
    if (seen.has(identity)) return false;
    seen.add(identity);
    return true;
  });
}

function engineOf(name: string, settings: EngineDeclaration['settings']): EngineDeclaration {
  return { name, driver: 'docker', settings };
}

async function sightOf(
  engine: EngineDeclaration,
  isDeclared: boolean,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<EngineSight> {
  const unknown = { engine, description: null, facts: null, error: null, next: null, limits: [] };
  let endpoint: Endpoint;
  try {
    endpoint = resolveEndpoint(engine, environment);
  } catch (error) {
    const { message, next } = failureOf(error);
    return { ...unknown, place: 'nowhere', error: message, next };
  }
  const place = `${endpoint.text} (${endpoint.source})`;
  if (!isDeclared && endpoint.kind !== 'unix') return { ...unknown, place };
  const reader = openReader(endpoint);
  try {
    const facts = await reader.facts(signal);
    return { ...unknown, place, description: describeEngine(facts), facts, limits: limitsOf(facts) };
  } catch (error) {
    signal.throwIfAborted();
    const { message, next } = failureOf(error);
    return { ...unknown, place, error: message, next: remedyFor(endpoint, environment) ?? next };
  } finally {
    await reader.close();
  }
}
