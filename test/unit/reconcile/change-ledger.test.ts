import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/model/change.ts';
import type { Step } from '../../../src/model/plan.ts';
import { ChangeLedger } from '../../../src/reconcile/change-ledger.ts';
import { change, creation, plan, removal, result, step } from '../../support/builders.ts';

/** Ends steps in order, all of them or the first few, and says which changes are complete then. */
function completedBy(changes: readonly Change[], steps: readonly Step[], ended = steps.length): readonly string[] {
  const done: string[] = [];
  const ledger = new ChangeLedger(plan({ changes, steps }), ({ address, engine, name, action }) => {
    done.push(`${action} ${address} on ${engine} (${name})`);
  });
  for (const item of steps.slice(0, ended)) ledger.ended(item, result(item.address, item.verb, { phase: item.phase }));
  return done;
}

describe('a change', () => {
  it('is complete with its last step, not with its gate', () => {
    const steps = [step('service.web', 'stop'), step('service.web', 'start')];

    expect(completedBy([change('service.web')], steps)).toEqual(['restart service.web on process (shop-web-1)']);
    expect(completedBy([change('service.web')], [step('service.web', 'started', { phase: 'gate' })])).toEqual([]);
  });

  it('of a service that moves to another engine is complete by itself, on each engine', () => {
    const gone = removal('service.web', { engine: 'process' });
    const made = creation('service.web', {}, { engine: 'docker' });
    const steps = [
      step('service.web', 'remove', { engine: 'process' }),
      step('service.web', 'create', { engine: 'docker' }),
      step('service.web', 'start', { engine: 'docker' }),
    ];

    expect(completedBy([gone, made], steps, 2)).toEqual(['delete service.web on process (shop-web-1)']);
    expect(completedBy([gone, made], steps)).toEqual([
      'delete service.web on process (shop-web-1)',
      'create service.web on docker (shop-web-1)',
    ]);
  });

  it('of what is left over beside a service is not complete with the service', () => {
    const leftover = removal('service.web', { name: 'shop-web-1.next' });
    const steps = [step('service.web', 'remove', { name: 'shop-web-1.next' }), step('service.web', 'stop')];

    expect(completedBy([change('service.web'), leftover], steps)).toEqual([
      'delete service.web on process (shop-web-1.next)',
      'restart service.web on process (shop-web-1)',
    ]);
  });
});
