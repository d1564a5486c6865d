/** Ctrl-C: the first stops cleanly, a second one ends at once. */
import { TrueupError } from '../model/failure.ts';
import { EXIT } from './exit-status.ts';

export interface Interrupts extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * What Ctrl-C means to a command. `announce`: stop, and say so; `quiet`: stop without a word; `pass`: nothing, because it
 * is meant for the program that has the terminal. `service`: as `quiet`, and without a terminal a hang-up means nothing.
 */
export type InterruptMode = 'announce' | 'quiet' | 'pass' | 'service';

/** Listens until it is disposed of. */
export function handleInterrupts(mode: InterruptMode): Interrupts {
  const controller = new AbortController();
  const handle = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort(new TrueupError('interrupted', `interrupted by ${name}`));
    if (mode === 'announce') process.stderr.write('\nStopping; press Ctrl-C again to end at once.\n');
  };
  const ignore = (): void => undefined;
  const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const isIgnored = (name: NodeJS.Signals): boolean =>
    (mode === 'pass' && name === 'SIGINT') || (mode === 'service' && name === 'SIGHUP' && !process.stdin.isTTY);
  const handlers = signals.map((name) => [name, isIgnored(name) ? ignore : handle] as const);
  for (const [name, handler] of handlers) process.on(name, handler);
  return {
    signal: controller.signal,
    [Symbol.dispose](): void {
      for (const [name, handler] of handlers) process.off(name, handler);
    },
  };
}
