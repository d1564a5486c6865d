/** What a machine has written to its serial console since it was started, also where a snapshot has brought that back. */
import { runMarkOf } from '../run-mark.ts';
import type { Virsh } from '../virsh/virsh.ts';
import { parseXml } from '../xml/parse.ts';
import { consoleText, linesIn } from './console.ts';

/** `null` where somebody else has started it: behind what an earlier start has written nobody knows where this one begins. */
export async function textOfThisStart(virsh: Virsh, vm: string, signal: AbortSignal): Promise<string | null> {
  const [answer] = await virsh.ask([['dumpxml', vm]], signal);
  const mark = runMarkOf(answer?.stderr === '' ? parseXml(answer.stdout) : null);
  return mark?.hasOwnConsole === true ? consoleText(virsh, vm, signal) : null;
}

export async function linesOfThisStart(
  virsh: Virsh,
  vm: string,
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  const text = await textOfThisStart(virsh, vm, signal);
  return text === null ? null : linesIn(text);
}
