/**
 * What was made of small files that are replaced as wholes, kept as long as a file is the one that was read: one look at it,
 * which takes microseconds, instead of reading it anew. What was written only just now is read again, because a second change
 * in the same moment could not be told from the first by its looks; what it says tells whether anything is to be made anew.
 * Bounded by the size of the files; what was asked for longest ago goes first.
 *
 * The look is synchronous, so it is for files of the machine's own disks: on a network folder that hangs, it would keep the
 * whole process waiting, where reading would keep one thread.
 */
import { hash } from 'node:crypto';
import { type Stats, statSync } from 'node:fs';
import { open } from 'node:fs/promises';

interface Kept<T> {
  readonly made: T;
  /** `null` of what was too young when it was read. */
  readonly identity: string | null;
  readonly digest: string;
  readonly size: number;
}

/** Longer than the clock of any file system stands still: some tell whole seconds, FAT every other one. */
const SETTLED_MS = 2500;

export class FileMemo<T> {
  readonly #make: (content: string) => T;
  readonly #limit: number;
  readonly #now: () => number;
  /** Those asked for last are last. */
  readonly #kept = new Map<string, Kept<T>>();
  #size = 0;

  /**
   * `make` is pure, and what it makes is never changed; `limit` is in bytes of what the files hold; `now` is in milliseconds
   * since the epoch.
   */
  constructor(make: (content: string) => T, limit: number, now: () => number = Date.now) {
    this.#make = make;
    this.#limit = limit;
    this.#now = now;
  }

  /** Rejects with the error of the system call that failed. */
  async read(path: string): Promise<T> {
    const known = this.#kept.get(path);
    if (known !== undefined && this.#isSame(path, known)) {
      this.#keep(path, known);
      return known.made;
    }
    return this.readAnew(path);
  }

  /** For who is about to change it: whatever the file says of its own time. Rejects as `read` does. */
  async readAnew(path: string): Promise<T> {
    const { content, found } = await this.#contentOf(path);
    const digest = hash('sha1', content);
    const known = this.#kept.get(path);
    const made = known?.digest === digest ? known.made : this.#make(content);
    const isSettled = this.#now() - Math.max(found.mtimeMs, found.ctimeMs) > SETTLED_MS;
    this.#keep(path, { made, identity: isSettled ? identityOf(found) : null, digest, size: found.size });
    return made;
  }

  async #contentOf(path: string): Promise<{ readonly content: string; readonly found: Stats }> {
    try {
      await using file = await open(path, 'r');
      return { found: await file.stat(), content: await file.readFile('utf8') };
    } catch (error) {
      this.#forget(path);
      throw error;
    }
  }

  #isSame(path: string, { identity }: Kept<T>): boolean {
    if (identity === null) return false;
    try {
      return identityOf(statSync(path)) === identity;
    } catch {
      return false;
    }
  }

  #keep(path: string, kept: Kept<T>): void {
    this.#forget(path);
    this.#kept.set(path, kept);
    this.#size += kept.size;
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= this.#limit) return;
      this.#forget(oldest);
    }
  }

  #forget(path: string): void {
    this.#size -= this.#kept.get(path)?.size ?? 0;
    this.#kept.delete(path);
  }
}

function identityOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}
