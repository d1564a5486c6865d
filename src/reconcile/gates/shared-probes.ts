/**
 * The probes of one run. A resource is probed by one at a time: who asks while a probe is under way gets its answer. It is
 * remembered of which start a test hangs, because not every engine can kill what it has begun.
 */
import type { Address } from '../../model/address.ts';
import type { ObservedObject } from '../../model/observed.ts';
import type { ProbeResult } from '../../model/run.ts';
import type { ProbeRound } from './probes.ts';
import { Slots } from './slots.ts';

/** Waiting holds no slot, but each probe is a call, and may be a process. */
const PROBES_AT_ONCE = 32;

export class SharedProbes {
  readonly #slots = new Slots(PROBES_AT_ONCE);
  readonly #underWay = new Map<Address, Promise<readonly ProbeResult[]>>();
  /** Incarnations whose test hangs. */
  readonly #hung = new Map<Address, string | null>();

  ask(
    address: Address,
    object: ObservedObject,
    probe: () => Promise<ProbeRound>,
    signal: AbortSignal,
  ): Promise<readonly ProbeResult[]> {
    const known = this.#underWay.get(address);
    if (known !== undefined) return known;
    const asked = this.#ask(address, object, probe, signal).finally(() => this.#underWay.delete(address));
    this.#underWay.set(address, asked);
    return asked;
  }

  hasHung(address: Address, { status }: ObservedObject): boolean {
    return this.#hung.has(address) && this.#hung.get(address) === status.incarnation;
  }

  async #ask(
    address: Address,
    { status }: ObservedObject,
    probe: () => Promise<ProbeRound>,
    signal: AbortSignal,
  ): Promise<readonly ProbeResult[]> {
    const { results, testHangs } = await this.#slots.use(probe, signal);
    if (testHangs) this.#hung.set(address, status.incarnation);
    return results;
  }
}
