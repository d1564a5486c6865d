/** IP addresses and subnets in one spelling each: `FD00:0::5` and `fd00::5`, `10.1.2.3/16` and `10.1.0.0/16`. */
import { isIP } from 'node:net';

/** In the one spelling; what is no address stays as it is. */
export function canonicalAddress(text: string): string {
  const address = parseAddress(text);
  return address === null ? text : formatAddress(address);
}

/** In the one spelling, with the bits of hosts cleared; what is no subnet stays as it is. */
export function canonicalSubnet(text: string): string {
  const slash = text.lastIndexOf('/');
  const address = parseAddress(text.slice(0, slash));
  const length = Number(text.slice(slash + 1));
  if (slash === -1 || address === null || !Number.isInteger(length) || length > address.bits) return text;
  const hostBits = BigInt(address.bits - length);
  return `${formatAddress({ ...address, value: (address.value >> hostBits) << hostBits })}/${length}`;
}

export function isIpv6(text: string): boolean {
  return text.includes(':');
}

interface Address {
  readonly value: bigint;
  readonly bits: 32 | 128;
}

function parseAddress(text: string): Address | null {
  const family = isIP(text);
  if (family === 4) return { value: joined(text.split('.'), 8, 10), bits: 32 };
  if (family !== 6 || text.includes('%')) return null;
  const dotted = text.lastIndexOf('.') === -1 ? text : withoutDots(text);
  const [head = '', tail] = dotted.split('::');
  const [first, last] = [groupsOf(head), groupsOf(tail ?? '')];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  return { value: joined([...first, ...zeros, ...last], 16, 16), bits: 128 };
}

/** `::ffff:10.1.2.3` with its last part in groups as well. */
function withoutDots(text: string): string {
  const colon = text.lastIndexOf(':');
  const value = joined(text.slice(colon + 1).split('.'), 8, 10);
  return `${text.slice(0, colon + 1)}${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}

function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':');
}

function joined(parts: readonly string[], width: number, radix: number): bigint {
  return parts.reduce((value, part) => (value << BigInt(width)) | BigInt(Number.parseInt(part, radix)), 0n);
}

function formatAddress({ value, bits }: Address): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => (value >> BigInt(16 * (7 - index))) & 0xffffn);
  const text = groups.map((group) => group.toString(16)).join(':');
  // RFC 5952: the longest run of zeros, of two or more groups, the first of equals.
  const runs = [...text.matchAll(/\b0(?::0)+\b/g)].sort((left, right) => right[0].length - left[0].length);
  const run = runs[0];
  if (run === undefined) return text;
  const [before, after] = [text.slice(0, run.index), text.slice(run.index + run[0].length)];
  return `${before.replace(/:$/, '')}::${after.replace(/^:/, '')}`;
}
