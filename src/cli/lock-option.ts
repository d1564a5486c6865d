/** `--lock-timeout`, as every command has it that changes what runs. */
import type { Command } from 'commander';
import { durationOption } from './options.ts';

export interface LockOptions {
  /** Milliseconds. */
  readonly lockTimeout?: number;
}

/** `other` is what is waited for. */
export function addLockOption(command: Command, other = 'run'): Command {
  return command.option('--lock-timeout <duration>', `wait this long for another ${other} to end`, durationOption);
}

/** As a request to change takes it. */
export function lockTimeoutOf({ lockTimeout }: LockOptions): { readonly lockTimeoutMs?: number } {
  return lockTimeout === undefined ? {} : { lockTimeoutMs: lockTimeout };
}
