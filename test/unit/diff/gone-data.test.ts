import { describe, expect, it } from 'vitest';
import { observed, planOf, recordedOf, service, volume } from '../../support/planning.ts';

const DATA = volume('data');
const WEB = service('web', { volumes: ['data'] });

describe('data that somebody took away', () => {
  it('is said to be gone before what held it is made anew', () => {
    const plan = planOf([WEB, DATA], { objects: [observed(WEB)], recorded: recordedOf([WEB, DATA]) });

    expect(plan.diagnostics).toMatchObject([
      {
        code: 'starts_empty',
        severity: 'warning',
        summary: 'volume.data is gone with its data and is made anew, and service.web starts on empty data',
      },
    ]);
  });

  it('is none where a volume is new', () => {
    const plan = planOf([WEB, DATA], { objects: [observed(WEB)], recorded: recordedOf([WEB]) });

    expect(plan.diagnostics).toEqual([]);
  });
});
