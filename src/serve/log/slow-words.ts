/** What goes on for long is said while it does: nobody else can tell a large repo from a daemon that hangs. */
import type { Clock } from '../clock.ts';

const FIRST_MS = 15_000;
/** Each time it is said again after so many times as long as before. */
const LONGER = 4;

export interface SlowWork {
  readonly clock: Pick<Clock, 'now' | 'after'>;
  /** What is worked on. */
  readonly where: string;
  /** Absent where nobody listens. */
  readonly say?: (words: string) => void;
}

/** The work tells by `step` what is done from here on, in words that follow "is": `fetched`. */
export async function saidWhileSlow<T>(
  { clock, where, say }: SlowWork,
  work: (step: (doing: string) => void) => Promise<T>,
): Promise<T> {
  if (say === undefined) return work(() => undefined);
  const start = clock.now();
  let doing = '';
  let timer = wait(FIRST_MS);
  function wait(milliseconds: number): Disposable {
    return clock.after(milliseconds, () => {
      say?.(`${where} is still being ${doing}, ${Math.round((clock.now() - start) / 1000)} s so far`);
      timer = wait(milliseconds * LONGER);
    });
  }
  try {
    return await work((words) => (doing = words));
  } finally {
    timer[Symbol.dispose]();
  }
}
