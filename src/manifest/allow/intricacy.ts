/**
 * How much work a text is for a parser of YAML, found out without parsing it: a file of 128 KiB can keep one busy for seconds,
 * and everything else that the daemon does would wait for it. What costs is counted, and it is one byte each. Pure.
 */

/** A parser is done with so many within a quarter of a second, whatever they are; a manifest of 500 lines has 2,000. */
export const MOST_MARKS = 8_000;

const MARKS: ReadonlySet<number> = new Set(Buffer.from('\n[]{},:?&*!"\'|>-'));

/** Whether a text has more marks than a parser may be given at once. */
export function isTooIntricate(bytes: Uint8Array): boolean {
  let marks = 0;
  for (const byte of bytes) if (MARKS.has(byte)) marks += 1;
  return marks > MOST_MARKS;
}
