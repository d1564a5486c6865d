/**
 * What happens to node containers, as the engine tells it. It is a hint: who hears it looks. Lost connections are made again, with
 * growing pauses, and each new one begins with a gap. What is run in a node by probes is no event.
 */
import { type Json, memberAt, parseJson } from '../../../model/json.ts';
import type { EngineEvent } from '../../engine-event.ts';
import { environmentOf } from '../commands/run.ts';
import type { Engine } from '../engine.ts';
import { CLUSTER_LABEL } from '../names.ts';
import { waitFor } from '../../wait.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** What has lived this long was no failure to connect. */
const STEADY_MS = 10_000;

const ACTIONS: readonly string[] = ['create', 'start', 'die', 'pause', 'unpause', 'destroy', 'rename', 'oom'];

export async function* nodeEvents(engine: Engine, signal: AbortSignal): AsyncGenerator<EngineEvent> {
  let pause = FIRST_PAUSE_MS;
  let isFirst = true;
  while (!signal.aborted) {
    yield isFirst
      ? { type: 'gap', reason: 'it begins to listen' }
      : { type: 'gap', reason: 'the engine was lost', away: true };
    isFirst = false;
    const began = Date.now();
    yield* heard(engine, signal);
    if (signal.aborted) return;
    pause = Date.now() - began > STEADY_MS ? FIRST_PAUSE_MS : Math.min(pause * 2, LONGEST_PAUSE_MS);
    await waitFor(pause, signal);
  }
}

/** Until the connection is lost. */
async function* heard(engine: Engine, signal: AbortSignal): AsyncGenerator<EngineEvent> {
  const { execa } = await import('execa');
  const filters = [`label=${CLUSTER_LABEL}`, ...ACTIONS.map((action) => `event=${action}`)];
  const args = ['events', '--format', '{{json .}}', ...filters.flatMap((filter) => ['--filter', filter])];
  const child = execa('docker', args, {
    env: environmentOf(engine),
    extendEnv: false,
    stdin: 'ignore',
    stderr: 'ignore',
    cancelSignal: signal,
    forceKillAfterDelay: 1000,
    reject: false,
    buffer: false,
  });
  try {
    for await (const line of child.iterable()) {
      const event = eventOf(line);
      if (event !== null) yield event;
    }
  } finally {
    child.kill();
    await child;
  }
}

/** `null` for a line that is none. */
export function eventOf(line: string): EngineEvent | null {
  let value: Json;
  try {
    value = parseJson(line);
  } catch {
    return null;
  }
  const cluster = memberAt(value, 'Actor', 'Attributes', CLUSTER_LABEL);
  const [action, nanoseconds] = [memberAt(value, 'Action'), memberAt(value, 'timeNano')];
  if (typeof cluster !== 'string' || typeof action !== 'string') return null;
  return {
    type: 'changed',
    object: { type: 'cluster', name: cluster },
    action,
    ...(typeof nanoseconds === 'number' ? { at: new Date(nanoseconds / 1e6).toISOString() } : {}),
  };
}
