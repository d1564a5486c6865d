/**
 * Listens to what addons have put into a cluster: to the note of it, and to the objects that it names. What a controller writes of the
 * state of an object is no news: only what a manifest could say is. It is a hint: who hears it looks.
 */
import { isJsonObject, type JsonObject, memberAt } from '../../../model/json.ts';
import { BOOKKEEPING } from '../addons/bookkeeping.ts';
import { inventoryIn, INVENTORY_LIST, isInventory } from '../addons/inventory.ts';
import { type ObjectPlace, resourcesOf } from '../addons/resources.ts';
import type { ClusterApi } from '../api/answer.ts';
import { nameOf } from '../ladder/nodes.ts';
import { keepList, type WatchFrom } from './watch-list.ts';

export interface ListenOptions {
  readonly api: ClusterApi;
  readonly watch: WatchFrom;
  readonly signal: AbortSignal;
  changed(): void;
}

/** Goes on until the signal aborts; resolves then, and never rejects. */
export async function listenToAddons(options: ListenOptions): Promise<void> {
  const { api, watch, signal, changed } = options;
  const resources = resourcesOf(api);
  const collections = new Collections(options);
  let settling: Promise<void> = Promise.resolve();
  let noted: string | null = null;
  const note = keepList({
    api,
    watch,
    signal,
    path: INVENTORY_LIST,
    changed() {
      const found = note.items()?.find(isInventory) ?? null;
      const now = JSON.stringify(found?.['data'] ?? null);
      if (note.items() === null || now === noted) return;
      if (noted !== null) changed();
      noted = now;
      const { objects } = inventoryIn(found);
      settling = settling.then(async () => collections.listenTo(await pathsOf(objects)));
    },
  });
  await note.done;
  await settling;
  await collections.done();

  /** Of what the server does not know, or not now, there is nothing to hear. */
  async function pathsOf(objects: readonly ObjectPlace[]): Promise<readonly string[]> {
    const found = await Promise.all(objects.map((object) => resources.pathOf(object, signal).catch(() => null)));
    return found.filter((path) => path !== null);
  }
}

interface Listener {
  readonly ending: AbortController;
  readonly done: Promise<void>;
}

/** The lists in which the objects stand: each kind and namespace is listened to once. */
class Collections {
  readonly #options: ListenOptions;
  /** By the paths of lists, with the names that count. */
  readonly #listeners = new Map<string, Listener>();
  readonly #ended: Promise<void>[] = [];

  constructor(options: ListenOptions) {
    this.#options = options;
  }

  listenTo(paths: readonly string[]): void {
    const wanted = new Map<string, Set<string>>();
    for (const path of paths) {
      const end = path.lastIndexOf('/');
      const names = wanted.get(path.slice(0, end)) ?? new Set();
      wanted.set(path.slice(0, end), names.add(decodeURIComponent(path.slice(end + 1))));
    }
    const keys = new Map([...wanted].map(([list, names]) => [`${list} ${[...names].toSorted().join(' ')}`, list]));
    for (const [key, { ending, done }] of this.#listeners) {
      if (keys.has(key)) continue;
      ending.abort();
      this.#ended.push(done);
      this.#listeners.delete(key);
    }
    for (const [key, list] of keys)
      if (!this.#listeners.has(key)) this.#listeners.set(key, this.#listen(list, wanted.get(list) ?? new Set()));
  }

  async done(): Promise<void> {
    await Promise.all([...this.#ended, ...[...this.#listeners.values()].map(({ done }) => done)]);
  }

  #listen(path: string, names: ReadonlySet<string>): Listener {
    const { api, watch, signal, changed } = this.#options;
    const ending = new AbortController();
    let seen: string | null = null;
    const list = keepList({
      api,
      watch,
      path,
      signal: AbortSignal.any([signal, ending.signal]),
      changed() {
        const items = list.items();
        if (items === null) return;
        const now = JSON.stringify(items.filter((item) => names.has(nameOf(item))).map(wishOf));
        if (seen !== null && now !== seen) changed();
        seen = now;
      },
    });
    return { ending, done: list.done };
  }
}

/** What of an object a manifest could say. Pure. */
function wishOf({ status: _status, ...object }: JsonObject): JsonObject {
  const metadata = memberAt(object, 'metadata');
  const kept = Object.entries(isJsonObject(metadata) ? metadata : {}).filter(([name]) => !BOOKKEEPING.has(name));
  return { ...object, metadata: Object.fromEntries(kept) };
}
