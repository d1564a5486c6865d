/**
 * Tells dead claims from live ones by watching them: a claim is dead once its last beat has stood still for its lease.
 * Only time in which the engine answered counts, measured by the clock of the watcher alone; so neither a clock that
 * jumps, here or there, nor a machine or an engine that was away makes a live claim look dead.
 */
import type { RemoteClaim } from './lock-remote-claims.ts';
import type { Clock } from './lock-lease.ts';

interface Sight {
  readonly latest: string;
  /** How long that beat has been the last one. */
  readonly stillMs: number;
}

export class ClaimWatch {
  readonly #clock: Clock;
  #sights = new Map<string, Sight>();
  /** When the last look had been answered. */
  #looked: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes a look, and notes what it shows: the claims, the first first. */
  async look(ask: () => Promise<readonly RemoteClaim[]>): Promise<readonly RemoteClaim[]> {
    const begun = this.#clock();
    const passed = this.#looked === null ? 0 : Math.max(0, begun - this.#looked);
    const claims = await ask();
    const sights = new Map<string, Sight>();
    for (const claim of claims) {
      const before = this.#sights.get(claim.id);
      const isStill = before?.latest === claim.latest;
      // Of a long time without a look nobody knows whether anybody could have given a sign.
      const stillMs = isStill ? before.stillMs + Math.min(passed, claim.leaseMs / 3) : 0;
      sights.set(claim.id, { latest: claim.latest, stillMs });
    }
    this.#sights = sights;
    this.#looked = this.#clock();
    return claims;
  }

  /** How long the claim has stood still while it was watched. */
  stillMs({ id, latest }: RemoteClaim): number {
    const sight = this.#sights.get(id);
    return sight?.latest === latest ? sight.stillMs : 0;
  }

  isDead(claim: RemoteClaim): boolean {
    return this.stillMs(claim) >= claim.leaseMs;
  }
}
