/** Ctrl-C for what does not have the terminal, in a command that otherwise leaves Ctrl-C to the program that has it. */
import { TrueupError } from '../model/failure.ts';

/** The first Ctrl-C aborts the signal; none is heard once the action has ended. */
export async function interruptible<T>(signal: AbortSignal, action: (either: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new TrueupError('interrupted', 'interrupted by SIGINT'));
  process.on('SIGINT', abort);
  try {
    return await action(AbortSignal.any([signal, controller.signal]));
  } finally {
    process.off('SIGINT', abort);
  }
}
