/**
 * What happens to machines, as `virsh event` tells it. It is a hint: who hears it looks. Lost connections are made again, with
 * growing pauses, and each new one begins with a gap.
 */
import type { EngineEvent } from '../../engine-event.ts';
import type { Engine } from '../engine.ts';
import { waitFor } from '../../wait.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** What has lived this long was no failure to connect. */
const STEADY_MS = 10_000;

export async function* machineEvents(engine: Engine, signal: AbortSignal): AsyncGenerator<EngineEvent> {
  let pause = FIRST_PAUSE_MS;
  let isFirst = true;
  while (!signal.aborted) {
    yield {
      type: 'gap',
      reason: isFirst ? 'it begins to listen' : 'libvirt was lost',
      ...(isFirst ? {} : { away: true }),
    };
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
  const child = execa('virsh', ['--quiet', '--connect', engine.uri, 'event --all --loop'], {
    env: { ...process.env, LC_ALL: 'C', LANGUAGE: 'C' },
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
    // Whoever else holds the other end, nobody listens any more.
    child.stdout.destroy();
    await child;
  }
}

/** `event 'lifecycle' for domain 'x': Started Booted`; `null` for what says nothing of a machine. */
export function eventOf(line: string): EngineEvent | null {
  const match = /^event '([^']+)' for domain '(.+?)':?\s*(.*)$/.exec(line.trim());
  if (match === null) return null;
  const [, kind = '', name = '', what = ''] = match;
  const action = kind === 'lifecycle' ? (what.split(' ')[0] ?? '').toLowerCase() : kind;
  return { type: 'changed', object: { type: 'vm', name }, action };
}
