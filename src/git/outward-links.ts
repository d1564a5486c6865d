/** Symbolic links of a commit that lead out of the repo, into the git folder, or in a circle. */
import { setImmediate } from 'node:timers/promises';
import { TrueupError } from '../model/failure.ts';
import { pathOf, tooMuch, type WalkedCommit, walkCommit, type WalkedFolder, type WalkedLink } from './commit-walk.ts';
import { leadsIntoDotGit } from './dot-git.ts';
import { ObjectReader } from './object-reader.ts';

export interface OutwardLink {
  /** For people. */
  readonly path: string;
  /** Goes on after its path. */
  readonly why: string;
}

/** As the kernel does. */
const MOST_FOLLOWED = 40;
/** In bytes; no system makes a longer one. */
const LONGEST_TARGET = 4_095;
/** Read at once. */
const BATCH = 64;
const LINKS_A_TURN = 100;

/**
 * In the order of the tree. Goes from link to link as the kernel would, and touches no file. Throws `commit_refused` for a
 * commit whose paths do not mean one thing each.
 */
export async function outwardLinks(root: string, commit: string, signal: AbortSignal): Promise<readonly OutwardLink[]> {
  const walked = await walkCommit(root, commit, signal);
  if (walked.links.length === 0) return [];
  const targets = await targetsOf(root, walked.links, signal);
  const ways = new Ways(walked, targets);
  const outward: OutwardLink[] = [];
  for (const [index, link] of walked.links.entries()) {
    const why = ways.troubleOf(link);
    if (ways.isTooLong) throw tooMuch(commit, 'its symbolic links lead over too many others');
    if (why !== null) outward.push({ path: pathOf(link.path), why });
    if (index % LINKS_A_TURN === LINKS_A_TURN - 1) await setImmediate(undefined, { signal });
  }
  return outward;
}

/** By id; `null` for what no system takes for a target. Many links are one object. */
async function targetsOf(
  root: string,
  links: readonly WalkedLink[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string | null>> {
  await using reader = new ObjectReader(root, signal, LONGEST_TARGET);
  const ids = [...new Set(links.map(({ id }) => id))];
  const targets = new Map<string, string | null>();
  for (let start = 0; start < ids.length; start += BATCH) {
    const batch = ids.slice(start, start + BATCH).map(async (id) => {
      targets.set(id, await targetOf(reader, id));
    });
    await Promise.all(batch);
  }
  return targets;
}

async function targetOf(reader: ObjectReader, id: string): Promise<string | null> {
  try {
    const object = await reader.read(id);
    const target = object?.type === 'blob' ? object.content.toString('latin1') : '';
    return target === '' || target.includes('\0') ? null : target;
  } catch (error) {
    if (error instanceof TrueupError && error.code === 'file_unreadable') return null;
    throw error;
  }
}

/** So many names on the way are looked up for all links together: who writes longer ways means to keep trueup busy. */
const MOST_STEPS = 2_000_000;

class Ways {
  readonly #walked: WalkedCommit;
  readonly #targets: ReadonlyMap<string, string | null>;
  #steps = 0;

  constructor(walked: WalkedCommit, targets: ReadonlyMap<string, string | null>) {
    this.#walked = walked;
    this.#targets = targets;
  }

  /** Whether more was looked up than is for anybody. */
  get isTooLong(): boolean {
    return this.#steps > MOST_STEPS;
  }

  /** `null` where nothing is wrong with where a link leads. */
  troubleOf({ path, id }: WalkedLink): string | null {
    /** From the top to where it goes on; `null` for what is not there, or is no folder. */
    const passed = this.#around(path);
    /** The next name is the last. */
    const left: string[] = [];
    let next: string | null = id;
    for (let followed = 0; next !== null; followed += 1) {
      if (followed >= MOST_FOLLOWED || this.isTooLong) return 'leads in a circle';
      const target = this.#targets.get(next) ?? null;
      const why = target === null ? 'is no link that a system could make' : wrongAsWritten(target);
      if (target === null || why !== null) return why;
      left.push(...target.split('/').toReversed());
      const led = this.#follow(passed, left);
      if (typeof led === 'string') return led;
      next = led.next;
    }
    return null;
  }

  #around(path: readonly string[]): (WalkedFolder | null)[] {
    const passed: (WalkedFolder | null)[] = [this.#walked.top];
    for (const name of path.slice(0, -1)) passed.push(this.#below(passed.at(-1) ?? null, name));
    this.#steps += path.length;
    return passed;
  }

  /** To the next link on the way, or to its end; a text says what is wrong with it. */
  #follow(passed: (WalkedFolder | null)[], left: string[]): string | { readonly next: string | null } {
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      this.#steps += 1;
      if (name === '' || name === '.') continue;
      const here = passed.at(-1) ?? null;
      if (name === '..') {
        // A commit that does not have a folder may meet one beside its files, or a link in another spelling.
        if (here === null) return 'goes back from what the repo does not have';
        passed.pop();
        if (passed.length === 0) return 'leads out of the repo';
        continue;
      }
      const found = here?.get(name);
      if (found?.kind === 'submodule') return 'leads into a submodule';
      if (found?.kind === 'link') return { next: found.id };
      passed.push(this.#below(here, name));
    }
    return { next: null };
  }

  #below(folder: WalkedFolder | null, name: string): WalkedFolder | null {
    const found = folder?.get(name);
    return found?.kind === 'folder' ? (this.#walked.folders.get(found.id) ?? null) : null;
  }
}

function wrongAsWritten(target: string): string | null {
  if (target.startsWith('/')) return 'leads out of the repo';
  const isKept = leadsIntoDotGit(Buffer.from(target, 'latin1').toString('utf8'));
  return isKept ? 'leads into the git folder' : null;
}
