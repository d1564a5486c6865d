/**
 * What happens to machines. What limactl tells of its own accord is a hint that may fail to come, and nothing of machines that are
 * made, edited or deleted: so its list is looked at as well, every few seconds, for what is otherwise than before.
 */
import { isJsonObject, type JsonObject, member, parseJson, scalarText } from '../../../model/json.ts';
import type { EngineEvent } from '../../engine-event.ts';
import { waitFor } from '../../wait.ts';
import { environmentOf, type Limactl, must, QUIETLY } from '../limactl/limactl.ts';
import { assertReading } from '../limactl/allowed.ts';
import { tmpdir } from 'node:os';
import { EventQueue } from './event-queue.ts';

const LOOK_MS = 3000;
const LONGEST_PAUSE_MS = 30_000;

export async function* machineEvents(limactl: Limactl, signal: AbortSignal): AsyncGenerator<EngineEvent> {
  yield { type: 'gap', reason: 'it begins to listen' };
  const ended = new AbortController();
  const until = AbortSignal.any([signal, ended.signal]);
  const queue = new EventQueue();
  const sources = [hear(limactl, queue, until), lookAgain(limactl, queue, until)];
  try {
    yield* queue.until(until);
  } finally {
    ended.abort();
    await Promise.all(sources);
  }
}

/** Its own word, begun again where it ends. */
async function hear(limactl: Limactl, queue: EventQueue, signal: AbortSignal): Promise<void> {
  const command = ['watch', '--json'];
  assertReading(command);
  const { execa } = await import('execa');
  while (!signal.aborted) {
    const child = execa('limactl', [...QUIETLY, ...command], {
      env: environmentOf(limactl.engine),
      extendEnv: false,
      cwd: tmpdir(),
      stdin: 'ignore',
      stderr: 'ignore',
      cancelSignal: signal,
      forceKillAfterDelay: 1000,
      reject: false,
      buffer: false,
    });
    for await (const line of child.iterable()) {
      const event = eventOf(line);
      if (event !== null) queue.put(event);
    }
    await child;
    await waitFor(LOOK_MS, signal);
  }
}

/** `{"instance":"box","event":{"time":…,"status":{…}}}`; `null` for what says nothing of a machine. */
export function eventOf(line: string): EngineEvent | null {
  const value = parsed(line);
  const name = member(value, 'instance');
  const event = member(value, 'event');
  const at = member(event, 'time');
  const status = member(event, 'status');
  if (typeof name !== 'string' || !isJsonObject(status)) return null;
  // Ports come and go with whatever is done in the guest, our own probes as well.
  if (['portForward', 'vsock'].some((aside) => member(status, aside) !== null)) return null;
  return {
    type: 'changed',
    object: { type: 'vm', name },
    action: actionOf(status),
    ...(typeof at === 'string' ? { at } : {}),
  };
}

function actionOf(status: JsonObject): string {
  if (status['exiting'] === true) return 'exiting';
  if (status['running'] === true) return status['degraded'] === true ? 'degraded' : 'running';
  return member(status, 'cloudInitProgress') === null ? 'starting' : 'cloud-init';
}

function parsed(line: string): JsonObject | null {
  if (!line.startsWith('{')) return null;
  try {
    const value = parseJson(line);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

async function lookAgain(limactl: Limactl, queue: EventQueue, signal: AbortSignal): Promise<void> {
  let known: ReadonlyMap<string, string> | null = null;
  let pause = LOOK_MS;
  while (!signal.aborted) {
    const now = await listedNow(limactl, signal);
    if (now === null) {
      if (known !== null) queue.put({ type: 'gap', reason: 'Lima was lost', away: true });
      known = null;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    } else {
      if (known !== null) for (const event of changesBetween(known, now)) queue.put(event);
      else if (pause > LOOK_MS) queue.put({ type: 'gap', reason: 'Lima is back', away: true });
      known = now;
      pause = LOOK_MS;
    }
    await waitFor(pause, signal);
  }
}

/** All that Lima lists of each machine, as one text by its name; `null` where it does not answer. */
async function listedNow(limactl: Limactl, signal: AbortSignal): Promise<ReadonlyMap<string, string> | null> {
  try {
    const text = await must(limactl, ['list', '--format', 'json'], signal);
    const machines = text.split('\n').flatMap((line) => {
      const machine = parsed(line);
      return machine === null ? [] : [[scalarText(machine['name'] ?? ''), line] as const];
    });
    return new Map(machines);
  } catch {
    return null;
  }
}

export function changesBetween(
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): readonly EngineEvent[] {
  const names = new Set([...before.keys(), ...now.keys()]);
  return [...names].flatMap((name): readonly EngineEvent[] => {
    const [then, after] = [before.get(name), now.get(name)];
    if (then === after) return [];
    const action = then === undefined ? 'created' : after === undefined ? 'deleted' : 'changed';
    return [{ type: 'changed', object: { type: 'vm', name }, action }];
  });
}
