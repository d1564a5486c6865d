/**
 * One list of objects, kept up to date: listed, then watched, and listed again where the watch is lost. The client's own informers
 * end for good at the first error, and its watches end after half a minute in which nothing happens; neither ends this one.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isJsonObject, type Json, type JsonObject, memberAt, scalarText } from '../../../model/json.ts';
import type { ClusterApi } from '../api/answer.ts';
import { type ObjectList, listObjects, type Selection } from '../api/lists.ts';

/** One line of a watch. */
export interface WatchLine {
  readonly type: string;
  readonly object: Json;
}

/** Ends where the connection ends, for whatever reason; that is no error. */
export type WatchFrom = (path: string, query: WatchQuery, signal: AbortSignal) => AsyncIterable<WatchLine>;

export interface WatchQuery extends Selection {
  readonly resourceVersion: string;
}

export interface KeptList {
  /** `null` before the first list, and while the server cannot be asked. */
  items(): readonly JsonObject[] | null;
}

export interface KeepOptions {
  readonly api: ClusterApi;
  readonly watch: WatchFrom;
  readonly path: string;
  /** Absent for all that is in the list. */
  readonly selection?: Selection;
  readonly signal: AbortSignal;
  changed(): void;
  /** Waits that grow, replaced in tests. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/** Goes on until the signal aborts; `done` resolves then, and never rejects. */
export function keepList(options: KeepOptions): KeptList & { readonly done: Promise<void> } {
  const kept = new Map<string, JsonObject>();
  let isKnown = false;
  const state = {
    replace({ items }: ObjectList): void {
      kept.clear();
      for (const item of items) kept.set(keyOf(item), item);
      isKnown = true;
      options.changed();
    },
    lost(): void {
      if (!isKnown) return;
      isKnown = false;
      options.changed();
    },
    take({ type, object }: WatchLine): void {
      if (!isJsonObject(object)) return;
      if (type === 'DELETED') kept.delete(keyOf(object));
      else kept.set(keyOf(object), object);
      options.changed();
    },
  };
  return { items: () => (isKnown ? [...kept.values()] : null), done: keep(options, state) };
}

interface KeptState {
  replace(list: ObjectList): void;
  lost(): void;
  take(line: WatchLine): void;
}

async function keep(options: KeepOptions, state: KeptState): Promise<void> {
  const { api, path, selection, signal, pause = waited } = options;
  let wait = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    try {
      const list = await listObjects(api, path, signal, selection);
      state.replace(list);
      wait = FIRST_PAUSE_MS;
      await follow(options, state, list.resourceVersion);
    } catch {
      // Whatever it was: what it said last is not to be believed until it answers again.
      state.lost();
    }
    if (signal.aborted) return;
    await pause(wait, signal);
    wait = Math.min(wait * 2, LONGEST_PAUSE_MS);
  }
}

/** Until the server has forgotten where the watch was, or a watch brings nothing at all twice in a row. */
async function follow({ watch, path, selection, signal }: KeepOptions, state: KeptState, from: string): Promise<void> {
  let version = from;
  let isEmpty = false;
  while (!signal.aborted) {
    let lines = 0;
    for await (const line of watch(path, { ...selection, resourceVersion: version }, signal)) {
      if (line.type === 'ERROR') return;
      lines += 1;
      const seen = memberAt(line.object, 'metadata', 'resourceVersion');
      if (typeof seen === 'string') version = seen;
      if (line.type !== 'BOOKMARK') state.take(line);
    }
    if (lines === 0 && isEmpty) return;
    isEmpty = lines === 0;
  }
}

function keyOf(object: JsonObject): string {
  const [namespace, name] = ['namespace', 'name'].map((field) => scalarText(memberAt(object, 'metadata', field)));
  return `${namespace}/${name}`;
}

async function waited(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}
