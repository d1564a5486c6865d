/** What a machine has written to its serial console since it was started, and what it had written where a snapshot brought it back. */
import { runMarkOf, type Said } from '../run-mark.ts';
import type { Virsh } from '../virsh/virsh.ts';
import { parseXml } from '../xml/parse.ts';
import { consoleLines } from './console.ts';

/** `null` where somebody else has started it: behind what an earlier start has written nobody knows where this one begins. */
export async function linesOfThisStart(virsh: Virsh, vm: string, signal: AbortSignal): Promise<Said> {
  const [answer] = await virsh.ask([['dumpxml', vm]], signal);
  const said = runMarkOf(answer?.stderr === '' ? parseXml(answer.stdout) : null)?.said ?? null;
  return said === null ? null : [...said, ...(await consoleLines(virsh, vm, signal))];
}
