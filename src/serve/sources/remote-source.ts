/**
 * A repo that is served by URL. The remote is asked at intervals, and at once when somebody says that something was pushed.
 * What was brought in and verified last goes on to be true, whatever becomes of the remote, its branch or its signatures;
 * that it is lost is said once for each reason.
 *
 * Concurrency: one exchange with the remote at a time; whoever reads meanwhile is given what is in place, or waits for the first.
 */
import { changedFiles } from '../../git/changed-files.ts';
import { refText, type RefSpec, type RemoteSpec } from '../../git/ref-spec.ts';
import { ALL_TRANSPORTS, REMOTE_LIMITS, type RemoteLimits, SAFE_TRANSPORTS } from '../../git/remote-access.ts';
import { remoteKey } from '../../git/remote-url.ts';
import type { SignaturePolicy } from '../../git/verify.ts';
import type { ForeignRepo } from '../../manifest/allow/foreign-repo.ts';
import { type Failure, failureOf } from '../../model/failure.ts';
import { stateFolder } from '../../state/folder.ts';
import {
  makeServedFolder,
  readServedRevision,
  type ServedFolder,
  servedFolder,
  writeServedRevision,
} from '../../state/served-folder.ts';
import { pauseAfter } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import { type ReadingOptions, readCommit } from './commit-reading.ts';
import { concernsWhoReads } from './concerns.ts';
import { type Brought, bring, type InPlace, type RemoteFetchOptions, takeUp, verifyHeld } from './remote-fetch.ts';
import { Refusals } from './refusals.ts';
import { lockOf } from './remote-lock.ts';
import { isOfWhatIsThere, lostWords, mayConcern, moveWords, saysRewritten } from './remote-words.ts';
import { SignatureGuard, VERIFY_AGAIN_MS } from './signature-guard.ts';
import { saidWhileSlow } from '../log/slow-words.ts';
import { troubleOfFailure } from './source-trouble.ts';
import type { Declaration, RememberedPlace, Source, SourceListener } from './source.ts';
import { ValidSettings } from './valid-settings.ts';

export interface RemoteSourceOptions extends ReadingOptions {
  /** What it is called, given its URL without credentials. */
  name(where: string): string;
  readonly spec: RemoteSpec;
  readonly clock: Clock;
  /** What a repo that is not the operator's may declare; such a repo is fetched over https and ssh alone. */
  readonly foreign?: ForeignRepo;
  /** From the operator's configuration; absent: signatures do not matter. */
  readonly verify?: SignaturePolicy;
  readonly pollMs?: number;
  readonly limits?: RemoteLimits;
  /** For the log: what takes long. */
  readonly say?: (words: string) => void;
}

const POLL_MS = 60_000;
/** Pauses are this much longer or shorter, so that many do not ask at once. */
const JITTER = 0.1;

export class RemoteSource implements Source {
  readonly name: string;
  readonly where: string;
  /** The root of the clone. */
  readonly root: string;
  /** Where what is known of it is remembered. */
  readonly state: string;
  readonly #options: RemoteSourceOptions;
  readonly #folder: ServedFolder;
  readonly #fetching: RemoteFetchOptions;
  readonly #held: AsyncDisposable;
  #ref: RefSpec;
  #commit: string | null = null;
  #first: Promise<void> | null = null;
  #last: Brought | null = null;
  #trouble: Failure | null = null;
  /** What the listener was told of. */
  #told: { commit: string | null; trouble: string | null } = { commit: null, trouble: null };
  #failures = 0;
  #verifiedAt = -Infinity;
  readonly #guard: SignatureGuard;
  readonly #settings = new ValidSettings();
  #poked = Promise.withResolvers<void>();

  private constructor(options: RemoteSourceOptions, folder: ServedFolder, held: AsyncDisposable) {
    const { spec, foreign, verify = null, limits = REMOTE_LIMITS } = options;
    this.where = spec.url.shown;
    this.name = options.name(this.where);
    this.root = folder.clone;
    this.state = folder.state;
    this.#options = options;
    this.#folder = folder;
    this.#held = held;
    this.#ref = spec.ref;
    const transports = foreign === undefined ? ALL_TRANSPORTS : SAFE_TRANSPORTS;
    this.#guard = new SignatureGuard(options.clock, (commit, signal) => verifyHeld({ folder, verify }, commit, signal));
    this.#fetching = {
      access: { url: spec.url, transports, limits },
      folder,
      verify,
      isForeign: foreign !== undefined,
      refusals: new Refusals(options.clock),
    };
  }

  /** Throws `locked` where another process serves the URL. Asks the remote nothing yet. */
  static async open(options: RemoteSourceOptions, signal: AbortSignal): Promise<RemoteSource> {
    const { url } = options.spec;
    const folder = servedFolder(remoteKey(url), options.environment);
    const held = await lockOf(folder.path, { url: url.shown, signal });
    try {
      await makeServedFolder(folder, { url: url.shown, isForeign: options.foreign !== undefined });
      return new RemoteSource(options, folder, held);
    } catch (error) {
      await held[Symbol.asyncDispose]();
      throw error;
    }
  }

  async read(signal: AbortSignal): Promise<Declaration> {
    if (this.#commit === null) {
      this.#first ??= this.#begin(signal).finally(() => (this.#first = null));
      await this.#first;
    }
    const { foreign } = this.#options;
    const { clone: root, state, owners } = this.#folder;
    const reading = {
      root,
      options: this.#options,
      keptIn: { state, owners },
      settings: this.#settings,
      verifies: this.#guard.check,
      ...(foreign === undefined ? {} : { foreign }),
    };
    return readCommit(this.#commit ?? '', reading, signal);
  }

  remembered(): Promise<RememberedPlace> {
    const { clone, state } = this.#folder;
    return Promise.resolve({ root: clone, state: stateFolder(clone, state) });
  }

  async watch(listener: SourceListener, signal: AbortSignal): Promise<void> {
    const gone = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => gone.resolve(), { once: true });
    if (signal.aborted) return;
    // What was read before anybody listened is known to whoever reads.
    this.#told = { commit: this.#commit, trouble: null };
    await this.#tell(listener, signal);
    while (!signal.aborted) {
      await this.#pause(gone.promise);
      if (signal.aborted) return;
      this.#poked = Promise.withResolvers();
      await this.#look(signal);
      if (signal.aborted) return;
      await this.#tell(listener, signal);
    }
  }

  /** Somebody says that something was pushed: the remote is asked at once. */
  poke(): void {
    this.#failures = 0;
    this.#fetching.refusals.word();
    this.#poked.resolve();
  }

  /** Whether a push to a branch or tag may be about what is followed here. */
  concerns(pushed: { readonly type: 'branch' | 'tag'; readonly name: string }): boolean {
    return mayConcern(this.#ref, pushed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#first?.catch(() => undefined);
    await this.#held[Symbol.asyncDispose]();
  }

  /** The first look; where the remote is of no help, what was verified before. */
  async #begin(signal: AbortSignal): Promise<void> {
    try {
      await this.#bring(signal);
    } catch (error) {
      signal.throwIfAborted();
      this.#failed(error);
      const known = await readServedRevision(this.#folder);
      const commit = known === null ? null : await takeUp(this.#fetching, known, signal);
      if (commit === null) throw error;
      this.#commit = commit;
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    try {
      await this.#first?.catch(() => undefined);
      await this.#bring(signal);
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
    }
  }

  async #bring(signal: AbortSignal): Promise<void> {
    const before = this.#commit;
    const brought = await saidWhileSlow({ ...this.#options, where: this.where }, (step) =>
      bring({ ...this.#fetching, step }, this.#ref, this.#inPlace(), signal),
    );
    if (before !== brought.commit || !this.#isVerified()) this.#verifiedAt = this.#options.clock.now();
    this.#trouble = null;
    this.#failures = 0;
    // A name means the same from now on, also once it is gone.
    if (this.#ref.kind === 'name' || brought.ref.kind === 'commit') this.#ref = brought.ref;
    this.#last = brought;
    if (brought.commit === before) return;
    this.#commit = brought.commit;
    const { commit, tag, ref } = brought;
    await writeServedRevision(this.#folder, { url: this.where, ref: refText(ref), commit, tag });
  }

  #inPlace(): InPlace | null {
    if (this.#commit === null) return null;
    return { commit: this.#commit, tag: this.#last?.tag ?? null, isVerified: this.#isVerified() };
  }

  #isVerified(): boolean {
    return this.#trouble === null && this.#options.clock.now() - this.#verifiedAt < VERIFY_AGAIN_MS;
  }

  #failed(error: unknown): void {
    this.#trouble = failureOf(error);
    this.#failures += 1;
  }

  async #tell(listener: SourceListener, signal: AbortSignal): Promise<void> {
    const { commit: before, trouble } = this.#told;
    const commit = this.#commit;
    const lost = this.#trouble === null ? null : troubleOfFailure(this.#trouble, lostWords(this.#trouble, commit));
    const now = lost?.cause ?? null;
    if (lost !== null && now !== trouble) listener.lost(lost);
    if (now === null && trouble !== null) listener.back(`${this.where} is at ${commit?.slice(0, 12) ?? 'no commit'}`);
    this.#told = { commit, trouble: now };
    if (commit === null || commit === before) return;
    const changed = before === null ? null : await changedFiles(this.root, before, commit, signal).catch(() => null);
    const last = this.#last ?? { ref: this.#ref, isRewritten: false };
    // That history was rewritten is said to everybody, also where no file is another one.
    const isForSome = changed !== null && !saysRewritten(last, before);
    const concerns = isForSome ? { concerns: concernsWhoReads(changed) } : {};
    listener.changed({
      kind: 'git',
      reason: moveWords(last, commit, before),
      ...concerns,
    });
  }

  /** Until the next look: it is due, somebody pokes, or nobody listens any more. A fixed commit needs no look. */
  async #pause(gone: Promise<void>): Promise<void> {
    const { clock, pollMs = POLL_MS } = this.#options;
    const { promise, resolve } = Promise.withResolvers<void>();
    const isFixed = this.#ref.kind === 'commit' && this.#commit !== null && this.#trouble === null;
    const pollIn = pollMs * (1 + JITTER * (2 * clock.random() - 1));
    const isTroubled = this.#failures > 0 && !(this.#trouble !== null && isOfWhatIsThere(this.#trouble));
    const pause = isTroubled ? pauseAfter(this.#failures, clock.random()) : pollIn;
    using _timer = isFixed ? null : clock.after(pause, resolve);
    await Promise.race([promise, this.#poked.promise, gone]);
  }
}
