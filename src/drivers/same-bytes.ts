/** Whether two sizes are the same to an engine that rounds up to whole units, in bytes. */
import type { Json } from '../model/json.ts';
import { parseSize } from '../model/quantity.ts';

export function sameBytes(left: Json, right: Json, unit: number): boolean {
  const [a, b] = [left, right].map((value) => (typeof value === 'string' ? parseSize(value) : null));
  if (a === null || b === null || a === undefined || b === undefined) return false;
  return Math.ceil(a / unit) === Math.ceil(b / unit);
}
