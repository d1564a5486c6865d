/** Signals of this machine by name. */
import { constants } from 'node:os';

export function isSignal(name: string): name is NodeJS.Signals {
  return Object.hasOwn(constants.signals, name);
}

/** The name behind a number, `null` where there is none. */
export function signalNamed(number: number): string | null {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? null;
}
