/**
 * What happens to the objects of a scope. File notifications say at once that a record changed; a look at every service
 * in short turns finds what writes no record: a supervisor that was killed, a process that was stopped by a signal. The
 * turns alone find everything, so running out of file watches costs nothing but speed.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineEvent, Scope } from '../driver.ts';
import type { Engine } from './engine.ts';
import { type EntryKind, FILES, objectFolder } from './layout.ts';
import { inScope, namesFor } from './scope.ts';
import { lookAtServices } from './sights.ts';
import { FolderWatches } from './watches.ts';

/** What an object was like when it was last looked at. */
interface Trace {
  readonly kind: EntryKind;
  readonly name: string;
  readonly signature: string;
  /** The run state, where there is one. */
  readonly state: string | null;
}

const TURN_MS = 100;
/** A turn that came so late that whole lives may have gone by unseen: the machine slept. */
const LATE_MS = 10_000;

/** Begins with a gap: from then on nothing is missed, and what was before it is for the listener to look at. */
export async function* watchScope(engine: Engine, scope: Scope, signal: AbortSignal): AsyncGenerator<EngineEvent> {
  const seen = new Map<string, string | null>();
  using watches = new FolderWatches();
  let before: ReadonlyMap<string, Trace> | null = null;
  let wasReadable = true;
  while (!signal.aborted) {
    const begun = performance.now();
    const now = await look(engine, scope, seen, signal);
    const took = performance.now() - begun;
    if (signal.aborted) return;
    if (now === null && wasReadable) yield { type: 'gap', reason: 'the registry cannot be read' };
    else if (now !== null && before === null) yield { type: 'gap', reason: 'looking from now on' };
    const happened = now !== null && before !== null ? [...changes(before, now)] : [];
    yield* happened;
    [before, wasReadable] = [now, now !== null];
    const folders = [...(now?.values() ?? [])].map(({ kind, name }) => objectFolder(engine.root, kind, name));
    watches.follow(engine.root, folders);
    // With very many services a look takes long, and then it is not taken all the time; but what begins goes on at once.
    const turn = happened.length > 0 ? TURN_MS : Math.max(TURN_MS, 10 * took);
    const waited = await watches.wait(turn, signal);
    if (waited > turn + LATE_MS) yield { type: 'gap', reason: 'nobody looked for a while' };
  }
}

/** `null` where the registry cannot be read. */
async function look(
  engine: Engine,
  scope: Scope,
  seen: Map<string, string | null>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Trace> | null> {
  try {
    const names = (kind: EntryKind): readonly string[] =>
      namesFor(engine, scope, kind).filter((name) => stampOf(engine, scope, kind, name, seen) !== null);
    const traces = new Map<string, Trace>();
    const services = names('service');
    const looks = await lookAtServices(engine, services, signal);
    for (const name of services) {
      const { sight, record } = looks.get(name) ?? { sight: null, record: null };
      const parts = [seen.get(`service ${name}`), sight?.comparedState, sight?.pid, record?.id, record?.restarts];
      traces.set(`service ${name}`, { kind: 'service', name, signature: parts.join(' '), state: sight?.state ?? null });
    }
    for (const name of names('volume')) {
      const signature = seen.get(`volume ${name}`) ?? '';
      traces.set(`volume ${name}`, { kind: 'volume', name, signature, state: null });
    }
    return traces;
  } catch {
    return null;
  }
}

/** Whether the object belongs to the scope, and its entry's version; the entry is read only when that changed. */
function stampOf(
  engine: Engine,
  scope: Scope,
  kind: EntryKind,
  name: string,
  seen: Map<string, string | null>,
): string | null {
  const key = `${kind} ${name}`;
  const stats = statSync(join(objectFolder(engine.root, kind, name), FILES.entry), { throwIfNoEntry: false });
  const stamp = stats === undefined ? 'damaged' : `${stats.ino}:${stats.mtimeMs}`;
  const known = seen.get(key);
  if (known === stamp && known !== 'damaged') return known;
  const found = inScope(engine, scope, kind, name) === null ? null : stamp;
  seen.set(key, found);
  return found;
}

function* changes(before: ReadonlyMap<string, Trace>, now: ReadonlyMap<string, Trace>): Generator<EngineEvent> {
  for (const [key, trace] of now) {
    const old = before.get(key);
    if (old?.signature === trace.signature) continue;
    const object = { type: trace.kind, name: trace.name };
    if (old === undefined) yield { type: 'changed', object, action: 'created' };
    // What was made and started between two looks did both.
    const isOther = trace.state !== (old?.state ?? 'created');
    if (trace.state !== null && isOther) yield { type: 'changed', object, action: trace.state };
    else if (old !== undefined) yield { type: 'changed', object, action: 'updated' };
  }
  for (const [key, { kind, name }] of before) {
    if (!now.has(key)) yield { type: 'changed', object: { type: kind, name }, action: 'removed' };
  }
}
