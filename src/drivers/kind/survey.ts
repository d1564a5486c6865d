/**
 * Engines of kind, for `doctor`: which kind and which engine of containers there are, what node images the engine has, and what of
 * its machine keeps nodes from starting.
 */
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { EngineDeclaration } from '../../model/desired.ts';
import { failureOf } from '../../model/failure.ts';
import { isJsonObject, type Json, type JsonObject, member, parseJson } from '../../model/json.ts';
import type { EngineSight } from '../engine-sight.ts';
import { type Docker, readingDocker } from './commands/docker.ts';
import { engineOf } from './engine.ts';
import { NODE_IMAGE } from './names.ts';
import { askFacts } from './observe/ask-facts.ts';

export function surveyEngines(
  engines: readonly EngineDeclaration[],
  signal: AbortSignal,
): Promise<readonly EngineSight[]> {
  return Promise.all(engines.map((engine) => sightOf(engine, signal)));
}

async function sightOf(declaration: EngineDeclaration, signal: AbortSignal): Promise<EngineSight> {
  const engine = engineOf(declaration);
  const docker = readingDocker(engine);
  const sight = { engine: declaration, place: engine.place, description: null, facts: null, error: null, next: null };
  try {
    const facts = await askFacts(docker, signal);
    const description = `kind ${facts.version} on ${facts.container_engine}`;
    return { ...sight, description, facts, limits: limitsOf(await askHost(docker, signal)) };
  } catch (error) {
    signal.throwIfAborted();
    const { message, next } = failureOf(error);
    return { ...sight, error: message, next, limits: [] };
  }
}

export interface HostSight {
  /** Tags of node images that the engine has. */
  readonly images: readonly string[];
  /** As the engine has it: `1`, or `2`; `null` where it does not say. */
  readonly cgroups: string | null;
  /** Limits of inotify by their names; `null` where the engine runs on another machine. */
  readonly inotify: Readonly<Record<string, number>> | null;
}

async function askHost(docker: Docker, signal: AbortSignal): Promise<HostSight> {
  const [info, listed] = await Promise.all([
    docker.must(['info', '--format', '{{json .}}'], signal),
    docker.must(['images', '--format', '{{.Tag}}', NODE_IMAGE], signal),
  ]);
  const told = objectOf(info.toString('utf8'));
  const cgroups = told['CgroupVersion'];
  return {
    images: linesOf(listed.toString('utf8')).filter((tag) => tag !== '<none>'),
    cgroups: typeof cgroups === 'string' ? cgroups : null,
    inotify: member(told, 'Name') === hostname() ? await inotifyLimits() : null,
  };
}

/** What the documentation of kind asks for; with less, the second or third node of a machine does not come up. */
const WANTED: Readonly<Record<string, number>> = { max_user_watches: 524_288, max_user_instances: 512 };

/** Pure: a sentence for whatever keeps clusters from working, and for what is worth knowing. */
export function limitsOf({ images, cgroups, inotify }: HostSight): readonly string[] {
  const low = Object.entries(WANTED).filter(([name, wanted]) => (inotify?.[name] ?? wanted) < wanted);
  return [
    images.length === 0
      ? `no node image is there: \`docker pull ${NODE_IMAGE}:<version>\`, or apply pulls one`
      : `node images: ${images.join(', ')}`,
    ...(cgroups === '1'
      ? ['cgroups are of version 1, with which Kubernetes from 1.35 on does not start by itself']
      : []),
    ...low.map(
      ([name, wanted]) =>
        `fs.inotify.${name} is ${inotify?.[name] ?? 0}, too few for several nodes: \`sysctl fs.inotify.${name}=${wanted}\``,
    ),
  ];
}

async function inotifyLimits(): Promise<Readonly<Record<string, number>> | null> {
  const read = async (name: string): Promise<readonly [string, number]> => [
    name,
    Number(await readFile(`/proc/sys/fs/inotify/${name}`, 'utf8')),
  ];
  // Other systems have no such limits.
  return Promise.all(Object.keys(WANTED).map(read)).then(Object.fromEntries<number>, () => null);
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

function objectOf(text: string): JsonObject {
  let value: Json;
  try {
    value = parseJson(text);
  } catch {
    return {};
  }
  return isJsonObject(value) ? value : {};
}
