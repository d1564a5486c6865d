/** The command that puts a difference right, as somebody can paste it. Pure. */
import { pathText } from '../model/field-path.ts';
import type { ConfigurationDiffReport, ParityDifference, ServiceDiff } from '../model/parity.ts';
import { shellText } from './shell-text.ts';

/**
 * `trueup parity local staging --fix`, of one difference with `--only`; `null` where nothing of the source can be edited: what a commit
 * declares stays as it is, and what runs has no manifest.
 */
export function fixCommand(
  { source_environment: source, target_environment: target, metadata }: ConfigurationDiffReport,
  only?: { readonly diff: ServiceDiff; readonly difference: ParityDifference },
): string | null {
  const { labels = { source, target }, comparison_mode: mode, revisions } = metadata;
  if (mode === 'runtime' || revisions.source === null || labels.source !== source) return null;
  const chosen =
    only === undefined ? [] : ['--only', `${only.diff.service_name}:${pathText(only.difference.field_path)}`];
  const words = ['trueup', 'parity', labels.source, labels.target];
  const modes = mode === 'semantic' ? [] : ['--mode', mode];
  return [...words, ...modes, '--fix', ...chosen].map(shellText).join(' ');
}

/** As `--fix` takes it. */
export function isFixable(diff: ServiceDiff, { metadata }: ParityDifference): boolean {
  return metadata.auto_fixable && metadata.waiver === null && diff.metadata.waiver === undefined;
}
