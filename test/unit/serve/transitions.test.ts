import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { NOTHING_REMEMBERED, type ServedMemory } from '../../../src/model/served-memory.ts';
import type { EnvironmentState } from '../../../src/model/served.ts';
import {
  ARROWS,
  MOST_TRANSITIONS,
  transitionsBetween,
  withSeenState,
} from '../../../src/serve/standing/transitions.ts';

const STATES: readonly EnvironmentState[] = [
  'uninitialized',
  'provisioning',
  'healthy',
  'degraded',
  'failed',
  'stopped',
  'terminated',
];
const WHY = { at: '2026-01-31T10:00:00.000Z', reason: 'service.web died' };

function wayFrom(from: EnvironmentState, to: EnvironmentState): string {
  return transitionsBetween(from, to, WHY)
    .map((step) => `${step.from} → ${step.to}${step.passing ? ' (passing)' : ''}`)
    .join(', ');
}

describe('the states of an environment', () => {
  it.each([
    ['uninitialized', 'provisioning'],
    ['provisioning', 'healthy'],
    ['healthy', 'degraded'],
    ['degraded', 'failed'],
    ['healthy', 'stopped'],
    ['degraded', 'stopped'],
    ['stopped', 'terminated'],
    ['degraded', 'healthy'],
    ['stopped', 'provisioning'],
    ['failed', 'provisioning'],
    ['terminated', 'provisioning'],
  ] as const)('go from %s to %s by one arrow', (from, to) => {
    expect(wayFrom(from, to)).toBe(`${from} → ${to}`);
  });

  it('go by what lies between where two looks missed it', () => {
    expect(wayFrom('healthy', 'failed')).toBe('healthy → degraded (passing), degraded → failed');
    expect(wayFrom('failed', 'healthy')).toBe('failed → provisioning (passing), provisioning → healthy');
    expect(wayFrom('stopped', 'healthy')).toBe('stopped → provisioning (passing), provisioning → healthy');
    expect(wayFrom('healthy', 'terminated')).toBe('healthy → stopped (passing), stopped → terminated');
    expect(wayFrom('uninitialized', 'degraded')).toBe(
      'uninitialized → provisioning (passing), provisioning → degraded',
    );
  });

  it('lead from everywhere to everywhere by legal arrows, with two between at most', () => {
    for (const from of STATES) {
      for (const to of STATES) {
        const way = transitionsBetween(from, to, WHY);
        for (const step of way) expect(ARROWS[step.from]).toContain(step.to);
        expect(way.length).toBeLessThanOrEqual(3);
        expect(way.at(-1)?.to ?? from).toBe(to);
      }
    }
  });

  it('have no arrow for the first look, nor for one that finds nothing new', () => {
    const first = withSeenState(NOTHING_REMEMBERED, 'healthy', WHY);
    const second = withSeenState(first.memory, 'healthy', { at: '2026-02-01T00:00:00.000Z', reason: 'nothing' });

    expect(first).toEqual({ memory: { ...NOTHING_REMEMBERED, state: 'healthy', since: WHY.at }, added: [] });
    expect(second).toEqual({ memory: first.memory, added: [] });
  });

  test.prop([fc.array(fc.constantFrom(...STATES), { minLength: 1, maxLength: 300 })])(
    'are remembered as one bounded chain in which each state that was seen stands',
    (seen) => {
      let memory: ServedMemory = NOTHING_REMEMBERED;
      for (const state of seen) {
        const { added, memory: next } = withSeenState(memory, state, WHY);
        expect(added.filter(({ passing }) => !passing).map(({ to }) => to)).toEqual(
          memory.state === null || memory.state === state ? [] : [state],
        );
        memory = next;
      }

      const { transitions } = memory;
      expect(memory.state).toBe(seen.at(-1));
      expect(transitions.length).toBeLessThanOrEqual(MOST_TRANSITIONS);
      for (const [index, { from, to }] of transitions.entries()) {
        expect(ARROWS[from]).toContain(to);
        if (index > 0) expect(from).toBe(transitions[index - 1]?.to);
      }
    },
  );
});
