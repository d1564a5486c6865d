/**
 * Starts a machine, and notes beside what runs that we did: both in one process, which goes on to its end also where trueup
 * is interrupted or killed meanwhile.
 * A machine that runs without the note counts as started by somebody else, and nobody would come to note it later.
 */
import { runMarkCommand } from '../run-mark.ts';
import { refused } from '../virsh/failures.ts';
import type { Changing } from './changing.ts';

/** QEMU takes its time on a busy host, and a restored machine reads all of its memory. */
const START_TIMEOUT_MS = 300_000;

export interface StartOptions {
  readonly hasOwnConsole: boolean;
  readonly flags?: readonly string[];
}

export interface Started {
  /** Why it does not run; `null` where it does. */
  readonly problem: string | null;
  /** Why the note could not be written; `null` where it was. */
  readonly unnoted: string | null;
}

export async function startNoted(
  { virsh, context }: Changing,
  name: string,
  { hasOwnConsole, flags = [] }: StartOptions,
): Promise<Started> {
  context.signal.throwIfAborted();
  const note = runMarkCommand(name, new Date().toISOString(), hasOwnConsole);
  const { signal } = context;
  // Whoever interrupts us does not wait for the end of a start. It comes to it, and to the note, without us.
  const [started, noted] = await virsh.ask([['start', name, ...flags], note], signal, START_TIMEOUT_MS, 'left');
  const problem = started?.stderr ?? 'no answer';
  if (problem !== '') return { problem, unnoted: null };
  if (noted?.stderr === '') return { problem: null, unnoted: null };
  const [again] = await virsh.ask([note], signal);
  const unnoted = again?.stderr ?? 'no answer';
  return { problem: null, unnoted: unnoted === '' ? null : unnoted };
}

/** The same of a start that has to succeed. */
export async function mustStart(changing: Changing, name: string, options: StartOptions): Promise<Started> {
  const started = await startNoted(changing, name, options);
  if (started.problem !== null) throw refused(changing.virsh.engine, 'start', started.problem);
  return started;
}
