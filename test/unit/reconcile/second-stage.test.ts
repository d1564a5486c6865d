import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/model/plan.ts';
import { announcedBy, assertAnnounced, withheldInside } from '../../../src/reconcile/second-stage.ts';
import { change, creation, difference, plan } from '../../support/builders.ts';

const SHOWN = plan({
  second_stage: [
    { engine: 'inner', provided_by: 'vm.builder', addresses: ['service.db', 'service.web', 'volume.data'] },
  ],
  withheld: [{ address: 'service.web', reason: 'drift_reported', summary: 'service.web differs' }],
  changes: [creation('volume.data', {})],
});

const UP = change('service.db', {
  action: 'update',
  reason: 'not_running',
  differences: [difference(['run_state'], { before: 'stopped', after: 'running' })],
});

const ALONG = change('service.web', { reason: 'restart_with_dependency', depends_on: ['service.db'] });

/** Why it is refused; `null` where it is not. */
function refusal(found: Partial<Plan>): string | null {
  try {
    assertAnnounced(SHOWN, plan(found));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('a second stage', () => {
  it('restarts what restarts with what it brings up, and what restarts with that', () => {
    const further = change('service.front', { reason: 'restart_with_dependency', depends_on: ['service.web'] });

    expect(refusal({ changes: [further, ALONG, UP] })).toBeNull();
  });

  it('restarts nothing with what it does not bring up, or that is changed as well', () => {
    const edited = { ...ALONG, differences: [difference(['process', 'command'])] };

    expect(refusal({ changes: [ALONG] })).toContain('service.web would have to be restarted');
    expect(refusal({ changes: [UP, edited] })).toContain('service.web would have to be restarted');
  });

  it('goes no further where there would have to be a third', () => {
    const stages = [{ engine: 'other', provided_by: 'vm.other', addresses: [] }] as const;

    expect(refusal({ second_stage: stages })).toContain('engine "other" does not answer any more');
  });

  it('says what it would have to leave undone, and was not said before', () => {
    const kept = {
      address: 'volume.data',
      reason: 'data_kept',
      summary: 'volume.data would have to be replaced',
      differences: [difference(['driver'])],
    } as const;
    const frozen = { address: 'service.db', reason: 'frozen', summary: 'service.db is frozen' } as const;

    expect(refusal({ withheld: [kept] })).toContain('volume.data would have to be replaced');
    expect(refusal({ withheld: [frozen, ...SHOWN.withheld] })).toBeNull();
    expect(withheldInside(SHOWN, plan({ withheld: [frozen, ...SHOWN.withheld] }))).toEqual([frozen]);
  });

  it('takes nothing for its own doing that had drifted before', () => {
    expect(announcedBy(SHOWN)).toEqual({
      changed: new Set(['volume.data']),
      down: new Set(['service.db', 'volume.data']),
    });
  });
});
