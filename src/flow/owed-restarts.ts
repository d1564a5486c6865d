/** Restarts that an earlier run was to carry out and did not: no observation asks for them, so a plan is told of them. */
import type { Address } from '../model/address.ts';
import type { JournalReading } from '../state/journal-reading.ts';

/** What a plan is asked to do, as far as it bears on restarts. */
export interface RestartOptions {
  readonly mode: 'apply' | 'destroy';
  readonly fields: 'all' | 'run_state';
  /** Empty for the whole environment. */
  readonly targets: ReadonlySet<Address>;
  readonly restart: ReadonlySet<Address>;
}

/** What a plan restarts: what it was asked to, and of what is owed all that it is about and that nobody stopped on purpose. */
export function restartsOf(
  options: RestartOptions,
  { owed }: JournalReading,
  stopped: readonly Address[],
): ReadonlySet<Address> {
  if (options.mode === 'destroy' || options.fields !== 'all' || owed.length === 0) return options.restart;
  const { targets } = options;
  const wanted = owed
    .map(({ address }) => address)
    .filter((address) => (targets.size === 0 || targets.has(address)) && !stopped.includes(address));
  return new Set([...options.restart, ...wanted]);
}
