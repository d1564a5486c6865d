import { describe, expect, it } from 'vitest';
import { driftChanges } from '../../../src/diff/drift-changes.ts';
import type { Drift } from '../../../src/model/plan.ts';
import { difference, drift, engine, plan } from '../../support/builders.ts';

function changesOf(before: readonly Drift[], now: readonly Drift[]): readonly string[] {
  return driftChanges(before, plan({ drift: now })).changes.map(({ kind, drift: one }) => `${one.address} ${kind}`);
}

const OLD = drift('service.web', { differences: [difference(['user'], { cause: 'world' })] });

describe('driftChanges', () => {
  it('tells what is new, what differs in another way, and what is no more; nothing of what is as it was', () => {
    const other = { ...OLD, differences: [difference(['user'], { cause: 'world', before: 'else' })] };
    const gone = drift('service.db', { kind: 'missing' });

    expect(changesOf([], [OLD])).toEqual(['service.web drifted']);
    expect(changesOf([OLD], [structuredClone(OLD)])).toEqual([]);
    expect(changesOf([OLD], [other])).toEqual(['service.web changed']);
    expect(changesOf([OLD], [{ ...OLD, kind: 'missing', differences: [] }])).toEqual(['service.web changed']);
    expect(changesOf([OLD, gone], [gone])).toEqual(['service.web mended']);
  });

  it('tells two objects of one address apart', () => {
    const beside = drift('service.web', { kind: 'undeclared', name: 'another' });

    expect(changesOf([OLD], [OLD, beside])).toEqual(['service.web drifted']);
  });

  it.each(['unreachable', 'absent'] as const)('takes what is on an engine that is %s for what it was', (status) => {
    const silent = plan({
      drift: [],
      inputs: { ...plan().inputs, engines: [engine({ name: OLD.engine, status })] },
    });

    const lost = driftChanges([OLD], silent);

    expect(lost).toEqual({ changes: [], drift: [OLD] });
    expect(driftChanges(lost.drift, plan({ drift: [OLD] })).changes).toEqual([]);
  });
});
