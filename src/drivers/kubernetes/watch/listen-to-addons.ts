/**
 * Listens to what addons have put into a cluster: to the note of it, and to the objects that it names. What a controller writes of the
 * state of an object is no news: only what a manifest could say is. It is a hint: who hears it looks.
 */
import { isJsonObject, type JsonObject, memberAt } from '../../../model/json.ts';
import { BOOKKEEPING } from '../addons/bookkeeping.ts';
import { inventoryIn, INVENTORY_LIST, INVENTORY_NAME, isInventory } from '../addons/inventory.ts';
import { type ObjectPlace, resourcesOf } from '../addons/resources.ts';
import type { ClusterApi } from '../api/answer.ts';
import { named } from '../api/lists.ts';
import { nameOf } from '../ladder/nodes.ts';
import { waitFor } from '../../wait.ts';
import { keepList, type WatchFrom } from './watch-list.ts';

export interface ListenOptions {
  readonly api: ClusterApi;
  readonly watch: WatchFrom;
  readonly signal: AbortSignal;
  changed(): void;
  /** Waits that grow, replaced in tests. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** Goes on until the signal aborts; resolves then, and never rejects. */
export async function listenToAddons(options: ListenOptions): Promise<void> {
  const { api, watch, signal, changed, pause = waitFor } = options;
  const resources = resourcesOf(api);
  const collections = new Collections(options);
  let settling: Promise<void> = Promise.resolve();
  let outdated = new AbortController();
  let noted: string | null = null;
  const note = keepList({
    api,
    watch,
    signal,
    path: INVENTORY_LIST,
    selection: named(INVENTORY_NAME),
    changed() {
      const found = note.items()?.find(isInventory) ?? null;
      const now = JSON.stringify(found?.['data'] ?? null);
      if (note.items() === null || now === noted) return;
      if (noted !== null) changed();
      noted = now;
      const { objects } = inventoryIn(found);
      outdated.abort();
      outdated = new AbortController();
      const until = AbortSignal.any([signal, outdated.signal]);
      settling = settling.then(() => settle(objects, until));
    },
  });
  await note.done;
  await settling;
  await collections.done();

  /** What the server does not know yet, such as the kinds of a definition right after a start, is asked for again until it does. */
  async function settle(objects: readonly ObjectPlace[], until: AbortSignal): Promise<void> {
    let known = -1;
    for (let wait = FIRST_PAUSE_MS; !until.aborted; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
      const paths = await pathsOf(objects, until);
      if (until.aborted) return;
      collections.listenTo(paths);
      // Whatever has happened to it meanwhile, nobody has heard.
      if (known !== -1 && paths.length > known) changed();
      known = paths.length;
      if (known === objects.length) return;
      await pause(wait, until);
    }
  }

  async function pathsOf(objects: readonly ObjectPlace[], until: AbortSignal): Promise<readonly string[]> {
    const found = await Promise.all(objects.map((object) => resources.pathOf(object, until).catch(() => null)));
    return found.filter((path) => path !== null);
  }
}

interface Listener {
  readonly ending: AbortController;
  readonly done: Promise<void>;
}

/** What is listened to at once: objects of one list. */
interface Section {
  readonly list: string;
  readonly names: ReadonlySet<string>;
}

/** Each kind and namespace is listened to once; but secrets one by one, so that none is read that no addon has. Pure. */
function sectionsOf(paths: readonly string[]): ReadonlyMap<string, Section> {
  const found = new Map<string, { readonly list: string; readonly names: Set<string> }>();
  for (const path of paths) {
    const end = path.lastIndexOf('/');
    const list = path.slice(0, end);
    const together = list.endsWith('/secrets') ? path : list;
    const section = found.get(together) ?? { list, names: new Set() };
    section.names.add(decodeURIComponent(path.slice(end + 1)));
    found.set(together, section);
  }
  return new Map(
    [...found.values()].map((section) => [[section.list, ...[...section.names].toSorted()].join(' '), section]),
  );
}

/** The lists in which the objects stand. */
class Collections {
  readonly #options: ListenOptions;
  /** By the paths of lists, with the names that count. Another name is another listener. */
  readonly #listeners = new Map<string, Listener>();
  readonly #ended: Promise<void>[] = [];

  constructor(options: ListenOptions) {
    this.#options = options;
  }

  listenTo(paths: readonly string[]): void {
    const wanted = sectionsOf(paths);
    for (const [key, { ending, done }] of this.#listeners) {
      if (wanted.has(key)) continue;
      ending.abort();
      this.#ended.push(done);
      this.#listeners.delete(key);
    }
    for (const [key, section] of wanted) if (!this.#listeners.has(key)) this.#listeners.set(key, this.#listen(section));
  }

  async done(): Promise<void> {
    await Promise.all([...this.#ended, ...[...this.#listeners.values()].map(({ done }) => done)]);
  }

  #listen({ list: path, names }: Section): Listener {
    const [first, ...others] = names;
    const { api, watch, signal, changed } = this.#options;
    const ending = new AbortController();
    let seen: string | null = null;
    const list = keepList({
      api,
      watch,
      path,
      ...(first === undefined || others.length > 0 ? {} : { selection: named(first) }),
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
