import { expect, it } from 'vitest';
import { World } from '../../../src/diff/world.ts';
import { processModel } from '../../../src/drivers/process/model.ts';
import type { Impact } from '../../../src/model/change.ts';
import type { Step } from '../../../src/model/plan.ts';
import { withWholeImpact } from '../../../src/reconcile/plan/whole-impact.ts';
import { change, environment, step } from '../../support/builders.ts';

const DOWN: Impact = {
  restarts: ['service.web', 'service.other'],
  reconnects: [],
  connections_dropped: true,
  ports_dropped: ['8080/tcp'],
  downtime: true,
  data_loss: false,
  data_at_risk: [],
};

function impactOfMove(...steps: readonly Step[]): Impact | undefined {
  const move = change('service.web', { action: 'move', impact: DOWN });
  const world = new World(new Map(), [], 'local');
  const models = new Map([['process', processModel]]);
  return withWholeImpact([move], { environment: environment([]), steps, world, models })[0]?.impact;
}

it('is, of a move, that of others alone where no step takes it down itself, but for what would bring it back', () => {
  const rename = step('service.web', 'rename', { phase: 'alter' });
  const back = step('service.web', 'start', { phase: 'recover' });
  const neighbour = step('service.other', 'stop', { phase: 'stop', changed: 'service.web' });
  const namesake = step('network.web', 'stop', { name: rename.name, changed: 'network.web' });
  const runsOn = { ...DOWN, restarts: ['service.other'], ports_dropped: [] };

  expect(impactOfMove(rename)).toEqual(runsOn);
  expect(impactOfMove(rename, back)).toEqual(runsOn);
  expect(impactOfMove(rename, neighbour)).toEqual(runsOn);
  expect(impactOfMove(rename, namesake)).toEqual(runsOn);
  expect(impactOfMove(rename, step('service.web', 'stop', { phase: 'stop' }))).toEqual(DOWN);
});
