/** What is found, for text: known secrets are taken out of values before any is shortened, since of half a secret nobody knows. */
import type { FilesystemDrift } from '../model/filesystem.ts';
import type { Plan } from '../model/plan.ts';
import { maskPlan } from '../report/formats/mask-plan.ts';
import type { CommandContext } from './context.ts';

export function masked(context: Pick<CommandContext, 'mask'>, plan: Plan): Plan {
  return maskPlan(plan, (text) => context.mask(text));
}

export function maskedFilesystem(context: Pick<CommandContext, 'mask'>, found: FilesystemDrift): FilesystemDrift {
  return { ...found, changes: found.changes.map((change) => ({ ...change, path: context.mask(change.path) })) };
}
