/**
 * Tells when the head of a repo may have moved: by the file system, and now and then in any case. To ask git takes a
 * process, which costs a daemon of many repos more than all the rest of its idle time.
 */
import { type FSWatcher, watch } from 'node:fs';
import { headFolders, headTraces, movesHead } from '../../git/head.ts';
import type { Clock } from '../clock.ts';

export interface HeadWatchOptions {
  readonly gitDir: string;
  readonly clock: Clock;
  /** How often its files are looked at, whatever was heard; every tenth time they need not have changed. */
  readonly pollMs: number;
  /** Whether nothing stands in the way of reading it: else it is asked at every poll. */
  isWell(): boolean;
  moved(): void;
}

/** Git writes several files for one commit, and scripts make many commits: so long nothing more must come … */
const QUIET_MS = 10;
/** … and no longer than this is waited for that. */
const LONGEST_MS = 200;

/** So many polls rest on the traces that head leaves. */
const POLLS_BY_TRACES = 9;

export class HeadWatch implements Disposable {
  readonly #options: HeadWatchOptions;
  readonly #watchers = new Map<string, FSWatcher>();
  #poll: Disposable | null = null;
  #quiet: Disposable | null = null;
  #since: number | null = null;
  #traces: string | null = null;
  #restedPolls = 0;
  #isClosed = false;

  constructor(options: HeadWatchOptions) {
    this.#options = options;
    this.#schedulePoll();
  }

  /**
   * Watches the folders in which this branch is kept, and those alone. Folders come and go: to be called after each move.
   * Whether one of them was not watched before: what was read until then may be outdated.
   */
  async aim(ref: string | null): Promise<boolean> {
    const folders = new Set(await headFolders(this.#options.gitDir, ref));
    if (this.#isClosed) return false;
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    const added = [...folders].filter((folder) => !this.#watchers.has(folder) && this.#watch(folder));
    return added.length > 0;
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#poll?.[Symbol.dispose]();
    this.#quiet?.[Symbol.dispose]();
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #watch(folder: string): boolean {
    try {
      const watcher = watch(folder, (_event, name) => {
        if (movesHead(name)) this.#heard();
      });
      // A folder that goes, or a machine without watches left: the poll sees what is missed.
      watcher.on('error', () => {
        watcher.close();
        this.#watchers.delete(folder);
      });
      this.#watchers.set(folder, watcher);
      return true;
    } catch {
      // As above.
      return false;
    }
  }

  #heard(): void {
    const { clock } = this.#options;
    const now = clock.now();
    this.#since ??= now;
    this.#quiet?.[Symbol.dispose]();
    const pause = Math.max(0, Math.min(QUIET_MS, this.#since + LONGEST_MS - now));
    this.#quiet = clock.after(pause, () => {
      this.#since = null;
      this.#quiet = null;
      this.#options.moved();
    });
  }

  #schedulePoll(): void {
    const { clock, pollMs } = this.#options;
    this.#poll = clock.after(pollMs, () => {
      void this.#look().then(() => {
        if (!this.#isClosed) this.#schedulePoll();
      });
    });
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    const { gitDir, isWell, moved } = this.#options;
    // Before head is read: what moves meanwhile is seen at the next poll.
    const traces = await headTraces(gitDir);
    const mayRest = isWell() && traces === this.#traces && this.#restedPolls < POLLS_BY_TRACES;
    this.#traces = traces;
    this.#restedPolls = mayRest ? this.#restedPolls + 1 : 0;
    if (!mayRest && !this.#isClosed) moved();
  }
}
