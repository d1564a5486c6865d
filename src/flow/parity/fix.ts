/**
 * The fix of a parity: what can be taken over from the other side as the smallest edits of the manifests of one environment, by the
 * writer of drift and under its rules. Nothing is written here.
 */
import type { Address } from '../../model/address.ts';
import type { DriftWriting } from '../../model/drift-writing.ts';
import type { ConfigurationDiffReport } from '../../model/parity.ts';
import type { LoadOptions } from '../load.ts';
import type { Workspace } from '../workspace.ts';
import { writingOf } from '../writing-drift.ts';
import { parityPath } from './dependency-paths.ts';
import { fixChoice } from './fix-choice.ts';
import { fixableIn } from './fixable.ts';

export interface FixRequest {
  /** Held so that the side to edit is the source. */
  readonly report: ConfigurationDiffReport;
  /** `ADDRESS` or `ADDRESS:FIELD`; empty for all. */
  readonly only: readonly string[];
  readonly inputs: Omit<LoadOptions, 'secrets' | 'name' | 'at'>;
}

/** Throws InvalidManifestsError where what other environments read cannot be told. */
export async function fixOf(
  workspace: Workspace,
  { report, only, inputs }: FixRequest,
  signal: AbortSignal,
): Promise<DriftWriting> {
  const { root } = workspace.repository;
  const drift = fixableIn(report, { root, isChosen: fixChoice(report, only) });
  const environment = report.source_environment;
  if (drift.length === 0) return { environment, files: [], written: [], by_hand: [] };
  const found = { environment, drift, taken: new Set<Address>(), isDeclared: true };
  return inParityWords(await writingOf(workspace, found, inputs, signal));
}

/** With the field paths that the report has. */
function inParityWords({ written, by_hand: byHand, ...writing }: DriftWriting): DriftWriting {
  return {
    ...writing,
    written: written.map((one) => ({ ...one, field_path: parityPath(one.field_path) })),
    by_hand: byHand.map((one) => ({ ...one, field_path: one.field_path === null ? null : parityPath(one.field_path) })),
  };
}
