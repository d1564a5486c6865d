/**
 * Trials of one resource: what is written of it next. All of its fields at first; of those that go wrong together, fewer and
 * fewer, down to one, which is tried in each of its ways. What went wrong alone is tried once more when all else is settled.
 */
import type { Address } from '../model/address.ts';
import type { FieldToWrite } from './written-fields.ts';

interface Group {
  readonly fields: readonly FieldToWrite[];
  /** Of one field: in which of its ways. */
  readonly way: number;
}

export interface Refusal {
  readonly field: FieldToWrite;
  readonly why: string | null;
  /** Whether it went wrong in each of its ways, and was not merely come to too late. */
  readonly isTried: boolean;
}

export class FieldTrial {
  readonly address: Address;
  #queue: Group[];
  #refused: Refusal[] = [];
  /** What went wrong before it was tried again; `null` until then. */
  #refusedAtFirst: readonly Refusal[] | null = null;

  constructor(address: Address, fields: readonly FieldToWrite[]) {
    this.address = address;
    this.#queue = fields.length === 0 ? [] : [{ fields, way: 0 }];
  }

  /** `null` where nothing is left to try. */
  get next(): Group | null {
    return this.#queue[0] ?? null;
  }

  /** What could not be written, once nothing is left to try. */
  get refused(): readonly Refusal[] {
    return this.#refused;
  }

  settled(): void {
    this.#queue.shift();
    this.#again();
  }

  /** `blamed` are those that went wrong; the others are tried without them. */
  failed(blamed: readonly FieldToWrite[]): void {
    const group = this.#queue.shift();
    if (group === undefined) return;
    const [first] = group.fields;
    if (group.fields.length === 1 && first !== undefined) {
      this.#queue.unshift({ fields: [first], way: group.way + 1 });
      return;
    }
    const rest = group.fields.filter((field) => !blamed.includes(field));
    const isTold = rest.length > 0 && rest.length < group.fields.length;
    const half = Math.ceil(group.fields.length / 2);
    const parts = isTold
      ? [rest, group.fields.filter((field) => blamed.includes(field))]
      : [group.fields.slice(0, half), group.fields.slice(half)];
    this.#queue.unshift(...parts.map((fields): Group => ({ fields, way: 0 })));
  }

  /** The one that is next has no further way. */
  givenUp(why: string | null): void {
    const [field] = this.#queue.shift()?.fields ?? [];
    if (field !== undefined) this.#refused.push({ field, why, isTried: true });
    this.#again();
  }

  /** Nothing more is tried. */
  broken(): void {
    const known = this.#refusedAtFirst ?? [];
    for (const field of this.#queue.splice(0).flatMap(({ fields }) => fields)) {
      const before = known.find((refusal) => refusal.field === field);
      this.#refused.push(before ?? { field, why: null, isTried: false });
    }
  }

  /** What is settled by then may be what it wanted: a timeout, say, that is no longer than its interval. */
  #again(): void {
    if (this.#queue.length > 0 || this.#refused.length === 0 || this.#refusedAtFirst !== null) return;
    this.#refusedAtFirst = this.#refused.splice(0);
    this.#queue = [{ fields: this.#refusedAtFirst.map(({ field }) => field), way: 0 }];
  }
}
