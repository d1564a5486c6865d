/** What loads of a working tree asked for and found, and so whom it concerns that something is other than it was. */
import { posix, relative, resolve, sep } from 'node:path';
import type { Asked, Found } from '../../manifest/asked-files.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { isConcerned } from './concerned.ts';
import { foundNow, isAspect, isOther } from './found-now.ts';

/** By path, as {@link Readings.inRepo} names it. */
export type FoundByPath = ReadonlyMap<string, Found>;

const NOTHING: Asked = { paths: [], folders: [], found: new Map() };

export class Readings {
  readonly #root: string;
  /** What the last load of each environment asked for. */
  readonly #asked = new Map<string | null, Asked>();
  /** By what came of it: whoever carries that out goes by these, whoever else has loaded since. */
  readonly #found = new WeakMap<DesiredEnvironment, FoundByPath>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Under no name: of which there are. */
  asked(name: string | null, asked: Asked): void {
    this.#asked.set(name, this.#named(asked));
  }

  loaded(environment: DesiredEnvironment, asked: Asked): void {
    this.#found.set(environment, this.#named(asked).found);
  }

  /** All that anybody asked for. */
  get all(): { readonly paths: readonly string[]; readonly folders: readonly string[] } {
    const all = [...this.#asked.values()];
    return { paths: all.flatMap(({ paths }) => paths), folders: all.flatMap(({ folders }) => folders) };
  }

  /** What is there now of all that any load has found. */
  allNow(): Promise<FoundByPath> {
    return this.foundNow([...new Set([...this.#asked.values()].flatMap(({ found }) => [...found.keys()]))]);
  }

  /** Whether something that an environment was made of is other than it was then. */
  isOutdated(environment: DesiredEnvironment, now: FoundByPath): boolean {
    const found = this.#found.get(environment);
    if (found === undefined) return true;
    return [...found].some(
      ([file, before]) => Object.keys(before).some(isAspect) && isOther(before, now.get(file) ?? {}),
    );
  }

  /** What is there now of these, as far as a load has found something before. */
  async foundNow(files: readonly string[]): Promise<FoundByPath> {
    const looks = files.map(async (file) => {
      const known = [...this.#asked.values()].flatMap(({ found }) => Object.keys(found.get(file) ?? {}));
      return [file, await foundNow(resolve(this.#root, file), new Set(known.filter(isAspect)))] as const;
    });
    return new Map(await Promise.all(looks));
  }

  /** What an environment was made of just so concerns it no more. `environments` is the folder of all. */
  concerns(now: FoundByPath, environment: DesiredEnvironment, environments: string): boolean {
    const { files: read, folder } = environment;
    const { paths, folders } = this.#asked.get(posix.basename(folder)) ?? NOTHING;
    const found = this.#found.get(environment);
    const others = [...now].filter(([file, there]) => isOther(found?.get(file) ?? {}, there)).map(([file]) => file);
    return isConcerned(others, { environments, folder, read, paths, folders });
  }

  /** Relative to the root of the repo, or absolute where it lies outside. */
  inRepo(path: string): string {
    const inside = relative(this.#root, resolve(this.#root, path)).split(sep).join('/');
    return inside === '..' || inside.startsWith('../') ? resolve(this.#root, path) : inside;
  }

  #named({ paths, folders, found }: Asked): Asked {
    const all = new Map<string, Found>();
    for (const [path, there] of found) {
      const name = this.inRepo(path);
      all.set(name, { ...all.get(name), ...there });
    }
    return {
      paths: paths.map((path) => this.inRepo(path)),
      folders: folders.map((path) => this.inRepo(path)),
      found: all,
    };
  }
}
