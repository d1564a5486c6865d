/** Being interrupted: whatever an aborted step leaves behind, carrying out the same again puts it right. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { DesiredResource } from '../../../../src/model/desired.ts';
import type { Step } from '../../../../src/model/plan.ts';
import { patched } from '../desired.ts';
import type { Capability, ContractHarness } from '../harness.ts';
import { type Obligation, type PlanOptions, type Stage, stepsOfDriver } from '../stage.ts';

export const INTERRUPTING: readonly Obligation[] = [
  {
    name: 'a step that is aborted before it begins does nothing, and ends with the reason',
    needs: [],
    async check(stage) {
      const service = stage.harness.service('web', 'runs');
      const [step] = stepsOfDriver((await stage.plan([service])).steps);
      const before = await stage.harness.world.snapshot();
      const reason = new Error('enough');
      if (step === undefined) throw new Error('nothing is planned');

      await expect(stage.runStep(step, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);

      expect(await stage.harness.world.snapshot()).toBe(before);
    },
  },
  interrupted('creating', (service) => ({ before: [], after: [service] }), ['quick_making']),
  interrupted('stopping', (service) => ({ before: [service], after: [patched(service, { run_state: 'stopped' })] })),
  interrupted('starting', (service) => ({ before: [patched(service, { run_state: 'stopped' })], after: [service] })),
  interrupted('changing in place', (service, { in_place: edit }) => ({
    before: [service],
    after: [patched(service, edit ?? {})],
  })),
  interrupted('restarting', (service) => ({
    before: [service],
    after: [service],
    plan: { restart: new Set([service.address]) },
  })),
  interrupted(
    'replacing',
    (service) => ({
      before: [service],
      after: [service],
      plan: { replace: new Set([service.address]) },
    }),
    ['quick_making'],
  ),
  interrupted('removing', (service) => ({ before: [service], after: [] }), ['quick_making']),
];

interface Scene {
  readonly before: readonly DesiredResource[];
  readonly after: readonly DesiredResource[];
  readonly plan?: PlanOptions;
}

/** How long each step may go on before it is cut off, where an engine does not say what tells of it. */
const MOMENTS_MS: readonly number[] = [0, 1, 5, 20];

function interrupted(
  doing: string,
  sceneOf: (service: DesiredResource, edits: ContractHarness['edits']) => Scene,
  needs: readonly Capability[] = [],
): Obligation {
  return {
    name: `${doing} can be cut off in the middle of any step, and doing it again puts it right`,
    needs,
    shares: 'ours',
    async check(stage) {
      const scene = sceneOf(stage.harness.service('web', 'runs'), stage.harness.edits);
      for (const moment of stage.harness.cutsMs ?? MOMENTS_MS) await interruptEach(stage, scene, moment);
    },
  };
}

async function interruptEach(stage: Stage, { before, after, plan }: Scene, moment: number): Promise<void> {
  // How many there are is known with the first plan.
  for (let [cut, count] = [0, 1]; cut < count; cut += 1) {
    await stage.apply(before);
    expect(await stage.remaining(before)).toEqual([]);
    const steps = stepsOfDriver((await stage.plan(after, plan)).steps);
    const step = steps[cut];
    if (step === undefined) throw new Error('nothing is planned');
    count = steps.length;
    await stage.run(steps.slice(0, cut));
    await runCutOff(stage, step, moment);

    await stage.apply(after);

    expect(await stage.remaining(after), `${step.id} cut off after ${moment} ms`).toEqual([]);
    const names = (await stage.objects([...before, ...after])).map(({ name }) => name);
    expect(names).toEqual(after.map(({ name }) => name));
  }
}

/** It may end before it is cut off; then it must have been done. */
async function runCutOff(stage: Stage, step: Step, moment: number): Promise<void> {
  const controller = new AbortController();
  const reason = new Error('enough');
  const outcome = stage.runStep(step, { signal: controller.signal }).then(
    () => null,
    (error: unknown) => error,
  );
  if (moment > 0) await delay(moment);
  controller.abort(reason);
  expect([null, reason]).toContain(await outcome);
}
