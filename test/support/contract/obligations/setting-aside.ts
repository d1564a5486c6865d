/**
 * Setting aside: what a change takes away comes back as it was where the change does not get done. The steps are run here
 * one by one: what brings back is none of those that a change which works runs.
 */
import { expect } from 'vitest';
import { nameBeforeAside } from '../../../../src/model/aside.ts';
import type { DesiredResource } from '../../../../src/model/desired.ts';
import type { ObservedObject } from '../../../../src/model/observed.ts';
import type { Step, StepPhase } from '../../../../src/model/plan.ts';
import type { Obligation, Stage } from '../stage.ts';

export const SETTING_ASIDE: readonly Obligation[] = [
  {
    name: 'what is set aside is known by its name and owner, does not run, and is in the way of nothing',
    needs: ['asides'],
    async check(stage) {
      const { old, next, steps } = await replacing(stage);

      await stage.run(until(steps, 'start'));

      const [aside, ...others] = await asides(stage, next.service);
      expect(others).toEqual([]);
      expect(aside?.ownership).toMatchObject({ owner: stage.owner, address: next.service.address });
      expect(aside?.id).toBe(old.id);
      expect(['running', 'paused', 'restarting']).not.toContain(aside?.status.run_state);
      expect((await stage.get(next.service)).status.run_state).toBe('running');
      expect((await stage.get(next.service)).id).not.toBe(old.id);
      await stage.reachable(next.service, stage.harness.portOf(next.service));
    },
  },
  {
    name: 'a successor that works is all that is left once the other is discarded, also twice',
    needs: ['asides'],
    async check(stage) {
      const { next, steps } = await replacing(stage);
      const before = await stage.objects(next.resources);

      await stage.run(until(steps, 'discard'));
      await stage.run(of(steps, 'discard'));

      expect(await asides(stage, next.service)).toEqual([]);
      expect(namesOf(await stage.objects(next.resources))).toEqual(namesOf(before));
      expect((await stage.get(next.service)).status.run_state).toBe('running');
      expect(await stage.remaining(next.resources)).toEqual([]);
    },
  },
  {
    name: 'what is brought back runs as it did before, as itself, with all that it was attached to',
    needs: ['asides'],
    async check(stage) {
      const { old, before, next, steps } = await replacing(stage);
      await stage.run(until(steps, 'start'));

      await stage.run(of(steps, 'recover'));

      await expectBack(stage, old, before);
      await stage.reachable(before.service, stage.harness.portOf(before.service));
      expect(await asides(stage, next.service)).toEqual([]);
    },
  },
  {
    name: 'what is back already is left as it is by bringing it back again',
    needs: ['asides'],
    async check(stage) {
      const { old, before, steps } = await replacing(stage);
      await stage.run(until(steps, 'start'));
      await stage.run(of(steps, 'recover'));
      const { status } = await stage.get(before.service);

      await stage.run(of(steps, 'recover'));

      expect((await stage.get(before.service)).status.incarnation).toBe(status.incarnation);
      await expectBack(stage, old, before);
    },
  },
  {
    name: 'what is set aside comes back wherever its change was cut off',
    needs: ['asides'],
    async check(stage) {
      const { old, before, steps } = await replacing(stage);
      const forward = until(steps, 'start');

      for (const length of forward.keys()) {
        await stage.run(forward.slice(0, length + 1), { run: `01cut${length}` });
        await stage.run(of(steps, 'recover'), { run: `01cut${length}` });
        await expectBack(stage, old, before);
      }
    },
  },
  {
    name: 'what the world took away meanwhile is not missed by what comes back',
    needs: ['asides'],
    async check(stage) {
      const { old, before, next, steps } = await replacing(stage);
      await stage.run(until(steps, 'start'));
      await stage.harness.world.remove(next.service);

      await stage.run(of(steps, 'recover'));

      await expectBack(stage, old, before);
    },
  },
  {
    name: 'what a run that died has set aside is found by the next plan, and discarded behind a gate',
    needs: ['asides'],
    async check(stage) {
      const { next, steps } = await replacing(stage);
      await stage.run(until(steps, 'start'));

      const plan = await stage.plan(next.resources);
      expect(plan.changes.map(({ address, reason }) => [address, reason])).toEqual([
        [next.service.address, 'aside_left'],
      ]);
      const phases = plan.steps.map(({ phase }) => phase);
      expect(phases.indexOf('gate')).toBeLessThan(phases.indexOf('discard'));
      await stage.run(of(plan.steps, 'discard'), { run: '02next' });

      expect(await asides(stage, next.service)).toEqual([]);
      expect(await stage.remaining(next.resources)).toEqual([]);
    },
  },
  {
    name: 'what a run that died has set aside comes back by the next plan, where its successor does not work',
    needs: ['asides'],
    async check(stage) {
      const { old, before, next, steps } = await replacing(stage);
      await stage.run(until(steps, 'start'));

      const plan = await stage.plan(next.resources);
      await stage.run(of(plan.steps, 'recover'), { run: '02next' });

      await expectBack(stage, old, before);
    },
  },
  {
    name: 'what a run that died has set aside comes back where nothing is left in its place, too',
    needs: ['asides'],
    async check(stage) {
      const { old, before, next, steps } = await replacing(stage);
      await stage.run(until(steps, 'start'));
      await stage.harness.world.remove(next.service);

      const plan = await stage.plan(next.resources);
      await stage.run([...until(plan.steps, 'start'), ...of(plan.steps, 'recover')], { run: '02next' });

      await expectBack(stage, old, before);
    },
  },
  {
    name: 'what is set aside goes with its environment',
    needs: ['asides'],
    async check(stage) {
      const { steps } = await replacing(stage);
      await stage.run(until(steps, 'start'));

      await stage.apply([], { mode: 'destroy', destroyData: true });

      expect(await stage.objects()).toEqual([]);
    },
  },
];

interface Version {
  readonly service: DesiredResource;
  readonly resources: readonly DesiredResource[];
}

interface Replacing {
  readonly old: ObservedObject;
  readonly before: Version;
  readonly next: Version;
  /** Of the change from one to the other. */
  readonly steps: readonly Step[];
}

/** A service that works, and the steps of a change that takes it away. */
async function replacing(stage: Stage): Promise<Replacing> {
  const [before, next] = [version(stage, 'before'), version(stage, 'after')];
  await stage.apply(before.resources);
  const old = await stage.reaches(before.service, 'running');
  const { steps } = await stage.plan(next.resources);
  return { old, before, next, steps };
}

/** On a network and with a volume, where the engine has such; publishing a port, so that no two run side by side. */
function version({ harness }: Stage, variable: string): Version {
  const plain = harness.service('web', 'listens', { environment_variables: { VERSION: variable } });
  const [network, volume] = [harness.network('inner'), harness.volume('data')];
  const joined = network === null ? plain : harness.joining(plain, network);
  const service = { ...(volume === null ? joined : harness.mounting(joined, volume)), on_failure: 'rollback' } as const;
  return { service, resources: [service, ...[network, volume].flatMap((held) => held ?? [])] };
}

/** The steps of the driver up to the last of a phase, without what would bring back. */
function until(steps: readonly Step[], phase: StepPhase): readonly Step[] {
  const end = steps.findLastIndex((step) => step.phase === phase && !step.args['restored']);
  expect(end, `a step of phase ${phase}`).toBeGreaterThanOrEqual(0);
  return steps.slice(0, end + 1).filter((step) => step.phase !== 'gate' && step.phase !== 'recover');
}

function of(steps: readonly Step[], phase: StepPhase): readonly Step[] {
  const found = steps.filter((step) => step.phase === phase);
  expect(found.length, `steps of phase ${phase}`).toBeGreaterThan(0);
  return found;
}

async function asides(stage: Stage, { name }: DesiredResource): Promise<readonly ObservedObject[]> {
  return (await stage.objects()).filter((object) => nameBeforeAside(object.name) === name);
}

/** As itself, configured as it was, and nothing beside it that was not there before. */
async function expectBack(stage: Stage, old: ObservedObject, { service, resources }: Version): Promise<void> {
  const found = await stage.reaches(service, 'running');
  expect(found.id).toBe(old.id);
  expect(await stage.remaining(resources)).toEqual([]);
  expect(namesOf(await stage.objects(resources))).toEqual(namesOf(resources));
}

function namesOf(objects: readonly { readonly name: string }[]): readonly string[] {
  return objects.map(({ name }) => name).toSorted();
}
