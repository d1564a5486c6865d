/** Times of logs: ISO 8601 with however many digits, as the engine and its callers write them. */

/** Unix seconds with a fraction, as the engine asks for them. */
export function unixSeconds(iso: string): string {
  const digits = nanoseconds(iso).toString().padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

/** Since the epoch. `Date` alone keeps no more than three digits. */
export function nanoseconds(iso: string): bigint {
  const seconds = Math.floor(Date.parse(iso) / 1000);
  const fraction = /\.(\d{1,9})/.exec(iso)?.[1] ?? '';
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}
