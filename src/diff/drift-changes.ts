/** What became of drift from one look to the next. What nobody could look at is as it was. Pure. */
import { changeKey } from '../model/change.ts';
import type { Difference } from '../model/change.ts';
import type { DriftChange } from '../model/drift-change.ts';
import { jsonEqual } from '../model/json.ts';
import type { Drift, Plan } from '../model/plan.ts';

type Seen = Pick<Plan, 'drift' | 'inputs'>;

export interface DriftLook {
  /** Told in the order of the look; what is mended comes behind. */
  readonly changes: readonly DriftChange[];
  /** What has drifted now, with what was known of engines that did not answer. */
  readonly drift: readonly Drift[];
}

export function driftChanges(before: readonly Drift[], now: Seen): DriftLook {
  const seen = new Set(now.inputs.engines.filter(({ status }) => status === 'known').map(({ name }) => name));
  // Of an engine that is away, or gone with the machine that it ran on, nothing is mended.
  const unseen = before.filter(({ engine }) => !seen.has(engine));
  const earlier = new Map(before.map((drift) => [changeKey(drift), drift]));
  const present = new Set([...now.drift, ...unseen].map(changeKey));
  const news = now.drift.flatMap((drift): readonly DriftChange[] => {
    const known = earlier.get(changeKey(drift));
    if (known === undefined) return [{ kind: 'drifted', drift }];
    return isSame(known, drift) ? [] : [{ kind: 'changed', drift }];
  });
  const mended = before.filter((drift) => !present.has(changeKey(drift)));
  return {
    changes: [...news, ...mended.map((drift) => ({ kind: 'mended', drift }) as const)],
    drift: [...now.drift, ...unseen],
  };
}

function isSame(left: Drift, right: Drift): boolean {
  return (
    left.kind === right.kind &&
    left.differences.length === right.differences.length &&
    left.differences.every((difference, index) => isSameDifference(difference, right.differences[index]))
  );
}

function isSameDifference(left: Difference, right: Difference | undefined): boolean {
  return (
    left.field_path === right?.field_path && jsonEqual(left.before, right.before) && jsonEqual(left.after, right.after)
  );
}
