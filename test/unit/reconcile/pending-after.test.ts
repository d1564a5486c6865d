import { describe, expect, it } from 'vitest';
import type { DesiredEnvironment, DesiredResource, IgnoreRule } from '../../../src/model/desired.ts';
import type { PendingRestart, Withheld } from '../../../src/model/change.ts';
import type { ObservedObject } from '../../../src/model/observed.ts';
import { pendingAfter } from '../../../src/reconcile/pending-after.ts';
import { desired, environment, plan } from '../../support/builders.ts';
import { observed } from '../../support/planning.ts';

const box = desired('box', { type: 'vm', config: { memory: '112MiB', cpus: 1, run_state: 'running' } });

function told(
  object: ObservedObject | null | undefined,
  {
    withheld = [],
    rules = [],
  }: { readonly withheld?: readonly Withheld[]; readonly rules?: readonly IgnoreRule[] } = {},
): readonly PendingRestart[] {
  const declared: DesiredEnvironment = { ...environment([box]), ignore_differences: rules };
  return pendingAfter(plan({ withheld }), declared, [box], (_resource: DesiredResource) => object);
}

describe('what lags behind at the end of a run', () => {
  const lagging: ObservedObject = { ...observed(box), effective: { memory: '128MiB' } };

  it('is told with both values', () => {
    expect(told(lagging)).toMatchObject([
      { address: 'vm.box', field_path: "$['memory']", configured: '112MiB', effective: '128MiB' },
    ]);
  });

  it('is nothing where it does not run, is not there, or was not looked at', () => {
    expect([told(observed(box)), told(null), told(undefined)]).toEqual([[], [], []]);
  });

  it('is not what was left as it drifted, or is to be ignored', () => {
    const left = { address: box.address, reason: 'drift_reported', summary: '' } as const;
    const differences = [{ field_path: "$['memory']" }] as unknown as Withheld['differences'] & object;
    const rule: IgnoreRule = { address: box.address, field_path: "$['memory']", reason: '', until: null, source: null };

    expect(told(lagging, { withheld: [{ ...left, differences }] })).toEqual([]);
    expect(told(lagging, { rules: [rule] })).toEqual([]);
  });
});
