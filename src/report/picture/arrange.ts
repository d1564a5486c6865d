/**
 * The order in each column and the height of each slot. Sweeps to and fro bring slots near what they are joined to: first
 * their order, by the mean place of their neighbours; then their heights, as near to the mean height of their neighbours as
 * order and distance allow. The number of sweeps is fixed, so equal input gives equal pictures.
 */
import type { Slot } from './columns.ts';

const ORDER_SWEEPS = 8;
const HEIGHT_SWEEPS = 6;
const GAP = 12;

export function arrange(columns: readonly (readonly Slot[])[]): void {
  let ordered = columns;
  for (let sweep = 0; sweep < ORDER_SWEEPS; sweep += 1) {
    const toRight = sweep % 2 === 0;
    const sorted = inDirection(ordered, toRight).map((column) => sortColumn(column, toRight ? 'left' : 'right'));
    ordered = inDirection(sorted, toRight);
  }
  for (const column of ordered) settle(column, () => 0);
  for (let sweep = 0; sweep < HEIGHT_SWEEPS; sweep += 1) {
    const toRight = sweep % 2 === 0;
    for (const column of inDirection(ordered, toRight)) {
      settle(column, (slot) => mean(toRight ? slot.left : slot.right, (other) => other.y) ?? slot.y);
    }
  }
  for (const column of ordered) {
    settle(column, (slot) => mean([...slot.left, ...slot.right], (other) => other.y) ?? slot.y);
  }
}

function inDirection<T>(items: readonly T[], forward: boolean): readonly T[] {
  return forward ? items : items.toReversed();
}

function sortColumn(column: readonly Slot[], side: 'left' | 'right'): readonly Slot[] {
  const keys = new Map(column.map((slot) => [slot, mean(slot[side], (other) => other.at) ?? slot.at]));
  const sorted = column.toSorted((one, other) => (keys.get(one) ?? 0) - (keys.get(other) ?? 0));
  for (const [at, slot] of sorted.entries()) slot.at = at;
  return sorted;
}

interface Block {
  readonly slots: number;
  /** The mean of where its slots want to be, each less its distance from the top of the column. */
  readonly wanted: number;
}

/**
 * Places the slots of a column, in their order and without overlap, so that the sum of squares of how far each is from where
 * it wants to be is the least: neighbours that would overlap become a block that lies at the mean of what its slots want.
 */
function settle(column: readonly Slot[], wants: (slot: Slot) => number): void {
  const offsets = offsetsOf(column);
  const blocks: Block[] = [];
  for (const [index, slot] of column.entries()) {
    let block: Block = { slots: 1, wanted: wants(slot) - (offsets[index] ?? 0) };
    for (let above = blocks.at(-1); above !== undefined && above.wanted > block.wanted; above = blocks.at(-1)) {
      blocks.pop();
      const slots = above.slots + block.slots;
      block = { slots, wanted: (above.wanted * above.slots + block.wanted * block.slots) / slots };
    }
    blocks.push(block);
  }
  const tops = blocks.flatMap(({ slots, wanted }) => Array.from({ length: slots }, () => wanted));
  for (const [index, slot] of column.entries()) slot.y = (tops[index] ?? 0) + (offsets[index] ?? 0);
}

/** Of each slot, how far its middle is at least from the middle of the first. */
function offsetsOf(column: readonly Slot[]): readonly number[] {
  let offset = 0;
  return column.map((slot, index) => {
    const above = column[index - 1];
    if (above !== undefined) offset += (above.height + slot.height) / 2 + GAP;
    return offset;
  });
}

function mean(slots: readonly Slot[], value: (slot: Slot) => number): number | null {
  return slots.length === 0 ? null : slots.reduce((sum, slot) => sum + value(slot), 0) / slots.length;
}
