import { describe, expect, it } from 'vitest';
import type { Refusal, VmSights } from '../../../src/drivers/vm-faces.ts';
import { fieldPath } from '../../../src/model/field-path.ts';
import { withRefusedMachines } from '../../../src/flow/refused-machines.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { change, desired, difference, environment, plan } from '../../support/builders.ts';

const box = desired('box', { type: 'vm', name: 'demo-box', engine: 'host', config: { memory: '1GiB' } });
const never = new AbortController().signal;
const refusal = (text: string): Refusal => ({ field_path: fieldPath(), text });

function judged(found: Plan, validate: VmSights['validate']): Promise<Plan> {
  const machines: VmSights = validate === undefined ? {} : { validate };
  const looked = { engines: new Map([['host', { observer: { machines } }]]), observations: new Map() };
  return withRefusedMachines(found, environment([box]), looked, never);
}

const edited = change('vm.box', { action: 'update', engine: 'host', differences: [difference(['memory'])] });

describe('what the own validator of an engine says', () => {
  it('keeps a plan from being applied, at the VM, once for each thing that is wrong', async () => {
    const found = await judged(plan({ changes: [edited] }), async () => [
      refusal('no such machine type'),
      refusal('no such bus'),
    ]);

    expect(found.applyable).toBe(false);
    expect(found.diagnostics).toMatchObject([
      {
        code: 'invalid_value',
        severity: 'error',
        summary: 'engine "host" refuses vm.box',
        detail: 'no such machine type',
      },
      { code: 'invalid_value', severity: 'error', summary: 'engine "host" refuses vm.box', detail: 'no such bus' },
    ]);
  });

  it('changes nothing where it has nothing to say, cannot be had, or is not there', async () => {
    const found = plan({ changes: [edited] });

    expect(await judged(found, async () => [])).toBe(found);
    expect(await judged(found, async () => null)).toBe(found);
    expect(await judged(found, undefined)).toBe(found);
  });

  it('is asked of nothing that stays as it is, is only started, or goes', async () => {
    const started = change('vm.box', {
      action: 'update',
      engine: 'host',
      reason: 'not_running',
      differences: [difference(['run_state'])],
    });
    const gone = change('vm.box', { action: 'delete', engine: 'host', after: null });
    const asked: string[] = [];
    const validate: VmSights['validate'] = async ({ address }) => {
      asked.push(address);
      return [refusal('wrong')];
    };

    for (const changes of [[], [started], [gone]]) await judged(plan({ changes }), validate);
    expect(asked).toEqual([]);
    const made = change('vm.box', { action: 'create', engine: 'host', before: null });
    await judged(plan({ changes: [made] }), validate);
    expect(asked).toEqual(['vm.box']);
  });
});
