import { describe, expect, it } from 'vitest';
import { NO_IMPACT } from '../../../src/diff/impact.ts';
import { nextOutcome, type NextInput } from '../../../src/flow/explained-next.ts';
import { change, plan, removal } from '../../support/builders.ts';
import { observed, service } from '../../support/planning.ts';

function outcomeOf(overrides: Partial<NextInput>): ReturnType<typeof nextOutcome> {
  const known = { status: 'known', engine: 'process', facts: { kind: 'process', version: '1' }, objects: [] } as const;
  return nextOutcome({
    plan: plan(),
    address: 'service.web',
    name: 'shop-web-1',
    engine: 'process',
    observation: known,
    finding: null,
    isMissed: false,
    ...overrides,
  });
}

describe('nextOutcome', () => {
  it('plans nothing on an engine that does not answer', () => {
    const observation = { status: 'unreachable', engine: 'process', error: 'refused', provided_by: null } as const;

    expect(outcomeOf({ observation, plan: plan({ changes: [change('service.web')] }) })).toEqual({
      outcome: 'unknown',
      reason: 'engine process does not answer: refused',
    });
  });

  it('takes the change of the resource itself, and not of what stands beside it', () => {
    const changes = [removal('service.web', { name: 'another' }), change('service.web')];

    expect(outcomeOf({ plan: plan({ changes }) })).toMatchObject({ outcome: 'change', action: 'restart' });
    expect(outcomeOf({ plan: plan({ changes: changes.slice(0, 1) }) })).toEqual({ outcome: 'nothing' });
    expect(outcomeOf({ name: 'another', plan: plan({ changes }) })).toMatchObject({ action: 'delete' });
  });

  it('counts nothing as withheld that is only withheld of what stands beside it', () => {
    const own = service('web');
    const finding = { kind: 'equal', desired: own, observed: observed(own), ignored: [], hasAside: false } as const;
    const withheld = [{ address: 'service.web', reason: 'prune_disabled', summary: 'it stays' }] as const;
    const frozen = [{ ...withheld[0], reason: 'frozen' }] as const;

    expect(outcomeOf({ finding, plan: plan({ withheld }) })).toEqual({ outcome: 'nothing' });
    expect(outcomeOf({ finding, plan: plan({ withheld: frozen }) })).toMatchObject({ outcome: 'withheld' });
  });

  it('names the resource that takes this one along', () => {
    const impact = {
      ...NO_IMPACT,
      restarts: ['service.db', 'service.web'],
      connections_dropped: true,
      downtime: true,
      data_loss: false,
    } as const;
    const changes = [change('service.db', { impact }), change('service.web', { reason: 'restart_with_dependency' })];

    expect(outcomeOf({ plan: plan({ changes }) })).toMatchObject({ because_of: 'service.db' });
  });

  it('says what is withheld, in conflict, missed, and as it should be', () => {
    const withheld = [{ address: 'service.web', reason: 'frozen', summary: 'it is frozen' }] as const;
    const conflicts = [
      { address: 'service.web', engine: 'process', name: 'x', summary: 'taken', source: null },
    ] as const;

    expect(outcomeOf({ plan: plan({ withheld }) })).toEqual({
      outcome: 'withheld',
      reason: 'frozen',
      summary: 'it is frozen',
    });
    expect(outcomeOf({ plan: plan({ conflicts, withheld }) })).toEqual({ outcome: 'conflict', summary: 'taken' });
    expect(outcomeOf({ isMissed: true })).toMatchObject({ outcome: 'refused' });
    expect(outcomeOf({})).toEqual({ outcome: 'nothing' });
  });
});
