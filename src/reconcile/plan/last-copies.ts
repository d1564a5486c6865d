/**
 * Data that is gone from where it was kept, while something that runs still has it open: a disk whose file was deleted under its
 * VM. Whatever would end what runs, or put something empty in the place of the data, would destroy the last copy, so it waits for
 * a person. Pure.
 */
import { scopeOf } from '../../diff/withheld-scope.ts';
import type { World } from '../../diff/world.ts';
import type { Address } from '../../model/address.ts';
import type { Change, Withheld } from '../../model/change.ts';
import { usesOf } from './relations.ts';

export class LastCopies {
  /** Why what stands under an address is left as it is. */
  readonly #reasons = new Map<Address, string>();
  /** Other data of what holds a last copy: to change what is in it goes by what runs, to make it anew ends that. */
  readonly #beside = new Map<Address, string>();

  constructor(world: World) {
    for (const { address, object } of world.ours()) {
      const { last_copies: copies = [] } = object;
      const [first] = copies;
      if (first === undefined) continue;
      const holds = `${address} runs with the last copy of ${first.address}, which is gone; save it first: ${first.save}`;
      this.#reasons.set(address, holds);
      for (const { address: lost, save } of copies)
        this.#reasons.set(
          lost,
          `${lost} is gone, and ${address} runs with the last copy of it; save it first: ${save}`,
        );
      for (const used of usesOf(object.configured)) this.#beside.set(used, holds);
    }
  }

  /** Why a change must not happen; `null` where it may. */
  against({ address, previous_address: previous, action }: Change): string | null {
    const known = this.holding(previous ?? address) ?? this.holding(address);
    if (known !== null || action === 'update') return known;
    return this.#beside.get(previous ?? address) ?? null;
  }

  /** Why nothing may restart what stands there; `null` where anything may. */
  holding(address: Address): string | null {
    return this.#reasons.get(address) ?? null;
  }

  withheld(changes: readonly Change[]): readonly Withheld[] {
    return changes.flatMap((change) => {
      const summary = this.against(change);
      return summary === null ? [] : [{ address: change.address, reason: 'last_copy', summary, ...scopeOf(change) }];
    });
  }
}
