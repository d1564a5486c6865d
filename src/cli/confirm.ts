/** A yes before something changes: asked on a terminal, given by `--auto-approve`, and never assumed. */
import { TrueupError } from '../model/failure.ts';
import type { CommandContext } from './context.ts';

export interface Approval {
  readonly autoApprove: boolean;
}

/** Before anything else: without a terminal and without `--auto-approve`, nothing is done. */
export function assertCanConfirm(context: CommandContext, { autoApprove }: Approval): void {
  if (autoApprove || (process.stdin.isTTY && context.stderr.isTTY && context.output !== 'json')) return;
  throw new TrueupError('confirmation_required', 'nobody is there to approve the plan', {
    next: 'look at it with `trueup plan`, then pass --auto-approve',
  });
}

/** Whether the person said yes. Ctrl-C at the prompt is a no. */
export async function confirmed(
  context: CommandContext,
  { autoApprove }: Approval,
  question: string,
): Promise<boolean> {
  if (autoApprove) return true;
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({
    message: question,
    initialValue: false,
    output: context.stderr,
    signal: context.signal,
  });
  return !isCancel(answer) && answer;
}
