/**
 * A repo on this machine, at the commits of its checked-out branch: whatever stands in the working tree, what is declared
 * is what was committed last. While a rebase or the like is under way, the commit before it is what counts.
 */
import { changedFiles } from '../../git/changed-files.ts';
import { type Head, readHead } from '../../git/head.ts';
import { openRepository } from '../../git/repository.ts';
import { type SignaturePolicy, verifySigned } from '../../git/verify.ts';
import { workingTree } from '../../git/working-tree.ts';
import type { Folder } from '../../manifest/folder.ts';
import { FolderCache } from '../../manifest/folder-cache.ts';
import { loadSettings } from '../../manifest/settings.ts';
import { TrueupError } from '../../model/failure.ts';
import { stateFolder } from '../../state/folder.ts';
import type { Clock } from '../clock.ts';
import { noCommit } from './commit-declaration.ts';
import { type CommitReading, type ReadingOptions, readCommit } from './commit-reading.ts';
import { concernsWhoReads } from './concerns.ts';
import { HeadWatch } from './head-watch.ts';
import { SignatureGuard } from './signature-guard.ts';
import { sourceTrouble } from './source-trouble.ts';
import type { Declaration, RememberedPlace, Source, SourceListener } from './source.ts';
import { ValidSettings } from './valid-settings.ts';

export interface LocalSourceOptions extends ReadingOptions {
  /** What it is called, given its root. */
  name(root: string): string;
  readonly directory: string;
  readonly clock: Clock;
  /** How often head is asked for in any case. */
  readonly pollMs?: number;
  /** Whose signatures count, given the root; from the operator's configuration. Absent, and `null`: they do not matter. */
  readonly verify?: (root: string) => Promise<SignaturePolicy | null>;
}

const POLL_MS = 30_000;
/** So often head is read anew because of where it is watched; what moves on and on is for the next poll. */
const MOST_AIMS = 20;

interface RepoPlace {
  readonly root: string;
  readonly gitDir: string;
}

export class LocalSource implements Source {
  readonly name: string;
  readonly where: string;
  readonly root: string;
  readonly #options: LocalSourceOptions;
  readonly #gitDir: string;
  /** What was told last of. */
  #commit: string | null = null;
  /** What was told last of why it cannot be read; `null` where it can. */
  #lost: string | null = null;
  /** `null` where signatures do not matter. */
  readonly #guard: SignatureGuard | null;
  readonly #cache = new FolderCache<Folder>();
  readonly #settings = new ValidSettings();
  /** What was read before anybody asked. */
  #ahead: Promise<Declaration> | null = null;
  readonly #closed = new AbortController();

  private constructor(options: LocalSourceOptions, place: RepoPlace, policy: SignaturePolicy | null) {
    this.name = options.name(place.root);
    this.where = place.root;
    this.root = place.root;
    this.#gitDir = place.gitDir;
    this.#options = options;
    this.#guard =
      policy === null
        ? null
        : new SignatureGuard(options.clock, (commit, signal) =>
            verifySigned(place.root, { commit, tag: null }, policy, signal),
          );
  }

  static async open(options: LocalSourceOptions, signal: AbortSignal): Promise<LocalSource> {
    const place = await openRepository(options.directory, signal);
    return new LocalSource(options, place, (await options.verify?.(place.root)) ?? null);
  }

  async read(signal: AbortSignal): Promise<Declaration> {
    const ahead = this.#ahead;
    this.#ahead = null;
    if (ahead !== null) return ahead;
    if (this.#commit !== null) return this.#readAt(this.#commit, signal);
    const head = await readHead(this.root, this.#gitDir, signal);
    const commit = this.#meant(head);
    if (commit === null) throw noCommit(this.where, head.ref);
    await this.#guard?.check(commit, signal);
    this.#commit ??= commit;
    return this.#readAt(commit, signal);
  }

  /** Nobody has signed what stands in the working tree: then it says nothing of where to look, either. */
  async remembered(): Promise<RememberedPlace> {
    const found = this.#guard === null ? await loadSettings(workingTree(this.root, new Set())) : null;
    return { root: this.root, state: stateFolder(this.root, found?.settings.folders.state) };
  }

  async watch(listener: SourceListener, signal: AbortSignal): Promise<void> {
    const { clock, pollMs = POLL_MS } = this.#options;
    let wanted = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => wanted.resolve(), { once: true });
    using watching = new HeadWatch({
      gitDir: this.#gitDir,
      clock,
      pollMs,
      isWell: () => this.#lost === null,
      moved: () => wanted.resolve(),
    });
    while (!signal.aborted) {
      await this.#check(listener, watching, signal);
      if (signal.aborted) return;
      await wanted.promise;
      wanted = Promise.withResolvers<void>();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(new TrueupError('interrupted', `${this.where} is followed no more`));
    return this.#leaveAhead();
  }

  #readAt(commit: string, signal: AbortSignal): Promise<Declaration> {
    const reading: CommitReading = {
      root: this.root,
      options: this.#options,
      settings: this.#settings,
      cache: this.#cache,
      // Those of the working tree; but nobody has signed what stands there.
      ...(this.#guard === null
        ? { found: () => loadSettings(workingTree(this.root, new Set())) }
        : { verifies: this.#guard.check }),
    };
    return readCommit(commit, reading, signal);
  }

  /** What was read ahead and nobody asked for. */
  async #leaveAhead(): Promise<void> {
    const ahead = this.#ahead;
    this.#ahead = null;
    if (ahead !== null) await leave(ahead);
  }

  async #check(listener: SourceListener, watching: HeadWatch, signal: AbortSignal): Promise<void> {
    try {
      let head = await readHead(this.root, this.#gitDir, signal);
      // What moved before it was watched is read anew, and not left to the next poll.
      for (let turn = 0; turn < MOST_AIMS && (await watching.aim(head.ref)); turn += 1)
        head = await readHead(this.root, this.#gitDir, signal);
      const commit = this.#meant(head);
      if (commit === null) throw noCommit(this.where, head.ref);
      await this.#guard?.check(commit, signal);
      if (this.#lost !== null) listener.back(`${head.ref ?? 'HEAD'} is at ${commit.slice(0, 12)}`);
      this.#lost = null;
      await this.#moveTo(commit, listener, signal);
    } catch (error) {
      if (signal.aborted) return;
      const trouble = sourceTrouble(error);
      if (this.#lost !== trouble.cause) listener.lost(trouble);
      this.#lost = trouble.cause;
    }
  }

  async #moveTo(commit: string, listener: SourceListener, signal: AbortSignal): Promise<void> {
    const before = this.#commit;
    if (before === commit) return;
    // Read while it is found out whom it concerns: whoever is told of the change asks for it next, and may be at it for
    // longer than the repo is followed.
    const ahead = this.#readAt(commit, this.#closed.signal);
    ahead.catch(() => undefined);
    // Where that cannot be told, everybody is meant.
    const changed = before === null ? null : await changedFiles(this.root, before, commit, signal).catch(() => null);
    if (signal.aborted) return leave(ahead);
    await this.#leaveAhead();
    this.#commit = commit;
    this.#ahead = ahead;
    const reason = `commit ${commit.slice(0, 12)}`;
    listener.changed({ kind: 'git', reason, ...(changed === null ? {} : { concerns: concernsWhoReads(changed) }) });
  }

  #meant({ commit, isUnderWay }: Head): string | null {
    return isUnderWay && this.#commit !== null ? this.#commit : commit;
  }
}

async function leave(ahead: Promise<Declaration>): Promise<void> {
  const read = await ahead.catch(() => null);
  await read?.[Symbol.asyncDispose]();
}
