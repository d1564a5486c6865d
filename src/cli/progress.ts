/** Live progress on standard error while something takes its time: what is done, and that Ctrl-C was heard. */
import type { Emit } from '../model/events.ts';
import { failureOf } from '../model/failure.ts';
import { openProgress } from '../report/progress.ts';
import type { CommandContext } from './context.ts';

/** Nothing is shown with `--quiet`. */
export async function withProgress<T>(context: CommandContext, work: (emit: Emit) => Promise<T>): Promise<T> {
  const progress = context.quiet
    ? null
    : await openProgress(context.stderr, {
        clock: CLOCK,
        color: context.renderError.color,
        live: !context.verbose && context.output !== 'json',
      });
  const stopping = (): void => {
    // A lock that is lost is told by itself.
    if (failureOf(context.signal.reason).code !== 'lock_lost') progress?.emit({ type: 'stopping' });
  };
  context.signal.addEventListener('abort', stopping, { once: true });
  try {
    return await work((event) => progress?.emit(event));
  } finally {
    context.signal.removeEventListener('abort', stopping);
    progress?.close();
  }
}

const CLOCK = {
  now: (): number => Date.now(),
  every(milliseconds: number, callback: () => void): () => void {
    const timer = setInterval(callback, milliseconds);
    timer.unref();
    return () => clearInterval(timer);
  },
};
