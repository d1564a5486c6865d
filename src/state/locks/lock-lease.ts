/**
 * How long a claim on another machine's engine lives without a sign of life, and by which clocks that is measured. Times
 * of two machines are never compared: who watches measures by its own clock how long a claim stands still, and who holds
 * measures by its own how long ago it last gave a sign.
 */
import { uptime } from 'node:os';

export interface Lease {
  /** A claim that stood still for so long is dead. */
  readonly leaseMs: number;
  /** How often a holder gives a sign of life. */
  readonly beatMs: number;
}

export const LEASE: Lease = leaseOf(30_000);

/** The usual proportion: two signs may go astray. */
export function leaseOf(leaseMs: number): Lease {
  return { leaseMs, beatMs: Math.round(leaseMs / 3) };
}

/** Milliseconds from some moment on; never goes back. */
export type Clock = () => number;

/** For those who watch: time in which this machine slept does not count, so nobody is taken for dead because of it. */
export const watchClock: Clock = () => performance.now();

/**
 * For those who hold: time in which this machine slept counts, because others may have gone on. Only Linux has such a clock
 * that no change of the time of day moves; elsewhere a holder that slept learns from the engine that its claim is gone.
 */
export const holdClock: Clock = process.platform === 'linux' ? () => uptime() * 1000 : watchClock;

/** A holder stops this long after its last sign of life: before anybody else can take it for dead. */
export function patienceOf({ leaseMs, beatMs }: Lease): number {
  return leaseMs - beatMs / 2;
}
