/**
 * A claim of this process on an engine, kept alive by beats. A beat puts the next name and then sees whether the one
 * before is still there: where it is gone, somebody took this process for dead. The claim is lost then, and also when no
 * beat has succeeded for nearly a lease, which is before anybody else can have taken it over. What is lost stays lost.
 *
 * Concurrency: one beat at a time. A tick decides when the next is due, and looks at the clock often, because a process that
 * was stopped does not know it.
 */
import { randomBytes } from 'node:crypto';
import type { ClaimStore } from '../../model/claim.ts';
import { TrueupError } from '../../model/failure.ts';
import { type Clock, type Lease, patienceOf } from './lock-lease.ts';
import { type ClaimContent, claimFields, claimName } from './lock-remote-claims.ts';

/** How long a release may take: what it leaves is dead after its lease. */
const RELEASE_MS = 5000;

export interface KeptClaimOptions {
  readonly store: ClaimStore;
  readonly key: string;
  readonly content: Omit<ClaimContent, 'state' | 'leaseMs'>;
  readonly lease: Lease;
  readonly clock: Clock;
}

export class KeptClaim {
  /** Claims are ordered by it; the first goes first. */
  readonly id: string = randomBytes(8).toString('hex');
  readonly #options: KeptClaimOptions;
  readonly #lost = new AbortController();
  readonly #released = new AbortController();
  readonly #ticks: NodeJS.Timeout;
  /** Every name that may stand there. */
  #names: readonly string[] = [];
  /** The last beat that is known to have succeeded, and when it was begun. */
  #good: string | null = null;
  #goodSince: number;
  #number = 0;
  #state: ClaimContent['state'] = 'claiming';
  #beating: Promise<void> | null = null;
  #begun: number;

  private constructor(options: KeptClaimOptions) {
    this.#options = options;
    this.#goodSince = options.clock();
    this.#begun = this.#goodSince;
    const { beatMs } = options.lease;
    this.#ticks = setInterval(() => this.#tick(), Math.min(1000, beatMs / 4)).unref();
  }

  /** Puts a claim. Where that fails nothing is left of it, as far as the engine lets that be. */
  static async open(options: KeptClaimOptions, signal: AbortSignal): Promise<KeptClaim> {
    const claim = new KeptClaim(options);
    try {
      await claim.#beat(signal);
      return claim;
    } catch (error) {
      await claim.release();
      throw error;
    }
  }

  /** Aborts, with the failure, when the claim is lost. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Says from now on that the lock is held. Rejects where the claim was lost. */
  async hold(signal: AbortSignal): Promise<void> {
    while (this.#beating !== null) await this.#beating.catch(() => undefined);
    this.#state = 'holding';
    this.confirm();
    await this.#beat(signal);
    // It may have taken long.
    this.confirm();
  }

  /** Throws where the claim is lost. Asked before anything is begun: no timer may have told it yet. */
  confirm(): void {
    const { clock, lease } = this.#options;
    const silent = clock() - this.#goodSince;
    if (silent >= patienceOf(lease)) this.#lose(`could give no sign of life for ${Math.round(silent / 1000)}s`);
    this.#lost.signal.throwIfAborted();
  }

  /** Idempotent. Never rejects. */
  async release(): Promise<void> {
    clearInterval(this.#ticks);
    const limit = AbortSignal.timeout(RELEASE_MS);
    // A beat that is cut off may still be put, after all has been removed.
    setTimeout(() => this.#released.abort(), RELEASE_MS / 2).unref();
    await this.#beating?.catch(() => undefined);
    this.#released.abort();
    await this.#remove(this.#names, limit);
  }

  #tick(): void {
    const { clock, lease } = this.#options;
    try {
      this.confirm();
    } catch {
      clearInterval(this.#ticks);
      return;
    }
    const isLate = clock() - this.#goodSince > lease.beatMs * 1.5;
    if (this.#beating !== null || clock() - this.#begun < (isLate ? lease.beatMs / 4 : lease.beatMs)) return;
    const limit = AbortSignal.any([this.#released.signal, AbortSignal.timeout(lease.beatMs)]);
    // One that fails is made again soon, for as long as patience lasts.
    void this.#beat(limit).catch(() => undefined);
  }

  #beat(signal: AbortSignal): Promise<void> {
    const beating = this.#giveSign(signal).finally(() => {
      if (this.#beating === beating) this.#beating = null;
    });
    this.#beating = beating;
    return beating;
  }

  async #giveSign(signal: AbortSignal): Promise<void> {
    const { store, key, clock } = this.#options;
    const begun = clock();
    const before = this.#good;
    this.#begun = begun;
    this.#number += 1;
    const name = claimName(key, this.id, this.#number);
    this.#names = [...this.#names, name];
    await this.#put(name, before, signal);
    if (before !== null && !(await store.list(signal)).some((one) => one.name === before)) {
      this.#lose('was taken for dead, or removed by hand');
      this.#lost.signal.throwIfAborted();
    }
    this.#good = name;
    this.#goodSince = begun;
    await this.#remove(
      this.#names.filter((one) => one !== name && one !== before),
      signal,
    );
  }

  async #put(name: string, before: string | null, signal: AbortSignal): Promise<void> {
    const { store, content, lease } = this.#options;
    const fields = claimFields({ ...content, state: this.#state, leaseMs: lease.leaseMs });
    try {
      await store.put(name, fields, signal);
    } catch (error) {
      const spare = this.#names.filter((one) => one !== name && one !== before);
      if (spare.length === 0 || signal.aborted || isUnreachable(error)) throw error;
      // A full disk: what the last but one took is enough for the next.
      await this.#remove(spare, signal);
      await store.put(name, fields, signal);
    }
  }

  /** What stays is removed with the next beat. */
  async #remove(names: readonly string[], signal: AbortSignal): Promise<void> {
    const { store } = this.#options;
    const results = await Promise.allSettled(names.map((name) => store.remove(name, signal)));
    const gone = new Set(names.filter((_, index) => results[index]?.status === 'fulfilled'));
    this.#names = this.#names.filter((name) => !gone.has(name));
  }

  #lose(why: string): void {
    if (this.#lost.signal.aborted) return;
    const { introduction } = this.#options.content;
    const message = `the lock on project ${introduction.project} is lost: this run ${why}, and another one may be changing it`;
    this.#lost.abort(
      new TrueupError('lock_lost', message, {
        retryable: true,
        fields: { project: introduction.project, environment: introduction.environment },
        next: 'nothing further was begun; look at what is there with `trueup plan`, then run the command again',
      }),
    );
  }
}

function isUnreachable(error: unknown): boolean {
  return error instanceof TrueupError && error.code === 'engine_unreachable';
}
