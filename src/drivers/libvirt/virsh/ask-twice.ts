/**
 * Asks once more what is complained of: a volume that another run is making at that moment can be read by nobody, and a moment
 * later by all.
 */
import { isMissing } from './failures.ts';
import type { Command } from './quote.ts';
import type { Answer, Virsh } from './virsh.ts';

export async function askTwice(
  virsh: Virsh,
  commands: readonly Command[],
  signal: AbortSignal,
): Promise<readonly Answer[]> {
  const answers = await virsh.ask(commands, signal);
  const refused = [...answers.entries()].flatMap(([index, { stderr }]) =>
    stderr === '' || isMissing(stderr) ? [] : [index],
  );
  if (refused.length === 0) return answers;
  const again = await virsh.ask(
    commands.filter((_, index) => refused.includes(index)),
    signal,
  );
  return answers.map((answer, index) => again[refused.indexOf(index)] ?? answer);
}
