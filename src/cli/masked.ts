/** What is found, for text: known secrets are taken out of values before any is shortened, since of half a secret nobody knows. */
import type { FilesystemDrift } from '../model/filesystem.ts';
import type { Plan } from '../model/plan.ts';
import type { Run } from '../model/run.ts';
import { maskPending, maskPlan } from '../report/formats/mask-plan.ts';
import { maskStatus } from '../report/formats/mask-status.ts';
import type { EnvironmentStatus } from '../report/status.ts';
import type { CommandContext } from './context.ts';

export function masked(context: Pick<CommandContext, 'mask'>, plan: Plan): Plan {
  return maskPlan(plan, (text) => context.mask(text));
}

export function maskedRun(context: Pick<CommandContext, 'mask'>, run: Run): Run {
  const { pending_restart: pending } = run;
  const mask = (text: string): string => context.mask(text);
  return pending === undefined ? run : { ...run, pending_restart: maskPending(pending, mask) };
}

export function maskedStatus(
  context: Pick<CommandContext, 'mask'>,
  environments: readonly EnvironmentStatus[],
): readonly EnvironmentStatus[] {
  return maskStatus(environments, (text) => context.mask(text));
}

export function maskedFilesystem(context: Pick<CommandContext, 'mask'>, found: FilesystemDrift): FilesystemDrift {
  return { ...found, changes: found.changes.map((change) => ({ ...change, path: context.mask(change.path) })) };
}
