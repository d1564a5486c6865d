/** A yes before something changes: asked on a terminal, given by `--auto-approve`, and never assumed. */
import { TrueupError } from '../model/failure.ts';
import type { CommandContext } from './context.ts';

export interface Approval {
  readonly autoApprove: boolean;
}

/** Whether somebody can be asked, or need not be. */
export function canConfirm(context: CommandContext, { autoApprove }: Approval): boolean {
  return autoApprove || (process.stdin.isTTY && context.stderr.isTTY && context.output !== 'json');
}

/** Without a terminal and without `--auto-approve`, nothing is done. */
export function confirmationRequired(next: string): TrueupError {
  return new TrueupError('confirmation_required', 'nobody is there to approve the plan', { next });
}

/** Whether the person said yes. Ctrl-C at the prompt interrupts the command. */
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
  if (isCancel(answer)) throw new TrueupError('interrupted', 'interrupted; nothing was changed');
  return answer;
}
