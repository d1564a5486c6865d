import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Driver } from '../../../src/drivers/driver.ts';
import type { Address } from '../../../src/model/address.ts';
import { DRIFT_POLICIES, type DesiredEnvironment, type DriftPolicy } from '../../../src/model/desired.ts';
import type { Recorded } from '../../../src/model/observed.ts';
import type { Plan } from '../../../src/model/plan.ts';
import type { Freeze } from '../../../src/model/served.ts';
import type { PlanRequest } from '../../../src/reconcile/plan/plan.ts';
import { applyEdits, blueprints, edits, worldActions } from '../../support/environment-arbitrary.ts';
import { type EnvironmentBlueprint, plainService, type VolumeBlueprint } from '../../support/environments/blueprint.ts';
import { environmentOf } from '../../support/environments/environment.ts';
import { applyWorldAction, WORLD_ACTIONS } from '../../support/environments/world-action.ts';
import { addresses, planText, recordedOf } from '../../support/planning.ts';
import { simulatedDriver } from '../../support/simulated/driver.ts';
import { SimulatedEngine } from '../../support/simulated/engine.ts';
import type { SimulatedObject } from '../../support/simulated/objects.ts';
import { planNow, reconcile } from '../../support/simulated/reconcile.ts';

/** The long form: `TRUEUP_RUNS=2000`. A failure prints the seed and the path that repeat it. */
const options = { numRuns: Number(process.env['TRUEUP_RUNS'] ?? 60) };

const actions = fc.array(worldActions(WORLD_ACTIONS.filter((kind) => kind !== 'add_foreign')), {
  minLength: 1,
  maxLength: 5,
});
const policies = fc.array(fc.constantFrom(...DRIFT_POLICIES), { minLength: 1, maxLength: 5 });

/** Policies dealt out to the resources, one after the other. */
function withPolicies(environment: DesiredEnvironment, dealt: readonly DriftPolicy[]): DesiredEnvironment {
  const resources = [...environment.resources.values()].map((resource, index) => {
    return { ...resource, drift: dealt[index % dealt.length] ?? 'report' };
  });
  return { ...environment, resources: new Map(resources.map((resource) => [resource.address, resource])) };
}

/** As an apply would have recorded it. */
function recorded(environment: DesiredEnvironment): Recorded {
  return recordedOf([...environment.resources.values()].filter(({ type }) => type !== 'image'));
}

/** What stands on the engine, but for images, which are nobody's. */
function standing(engine: SimulatedEngine): readonly string[] {
  return engine.objects
    .all()
    .filter(({ type }) => type !== 'image')
    .map(stateOf)
    .toSorted();
}

function freezesOf(found: readonly Address[]): readonly Freeze[] {
  const when = { since: '2026-01-31T10:00:00.000Z', until: '2026-01-31T11:00:00.000Z' };
  return found.map((address) => ({ address, ...when, reason: 'a test', by: 'kim@desk' }));
}

function failuresOf(run: {
  readonly steps: readonly { readonly status: string }[];
  readonly gates: readonly object[];
}): string {
  return JSON.stringify({ steps: run.steps.filter(({ status }) => status !== 'done'), gates: run.gates }, null, 1);
}

describe('a pass over what drifted, on the simulated engine', () => {
  test.prop([blueprints(), actions], options)(
    'touches nothing where drift is to be reported, and is not failed by it',
    async (blueprint, done) => {
      const engine = new SimulatedEngine();
      const driver = simulatedDriver(engine);
      const environment = environmentOf(blueprint);
      await reconcile(driver, environment);
      for (const action of done) applyWorldAction(engine, environment, action);
      const before = standing(engine);

      const pass = { plan: { drift: 'by_policy', recorded: recorded(environment) } } as const;
      const { plan, run } = await reconcile(driver, environment, pass);

      expect(planText({ ...plan, withheld: [] })).toBe('');
      expect(standing(engine)).toEqual(before);
      expect(new Set(addresses(plan.withheld))).toEqual(new Set(addresses(plan.drift)));
      expect(run.status, failuresOf(run)).toBe('succeeded');
    },
  );

  test.prop([blueprints(), actions, fc.array(edits(), { maxLength: 3 })], options)(
    'plans as a person would have it where all drift is to be healed',
    async (blueprint, done, changes) => {
      const engine = new SimulatedEngine();
      const driver = simulatedDriver(engine);
      const before = environmentOf(blueprint);
      await reconcile(driver, before);
      for (const action of done) applyWorldAction(engine, before, action);
      const healed = environmentOf(applyEdits(blueprint, changes));
      const environment = withPolicies({ ...healed, policies: { ...healed.policies, drift: 'heal' } }, ['heal']);

      const known = { recorded: recorded(before) };
      const byPolicy = await planNow(driver, environment, { plan: { ...known, drift: 'by_policy' } });

      expect(byPolicy).toEqual(await planNow(driver, environment, { plan: known }));
    },
  );

  test.prop([blueprints(), fc.array(edits(), { maxLength: 3 }), actions, policies], options)(
    'carries out all that git changed, whatever is left, and leaves nothing to do but what it left',
    async (blueprint, changes, done, dealt) => {
      const engine = new SimulatedEngine();
      const driver = simulatedDriver(engine);
      const before = environmentOf(blueprint);
      await reconcile(driver, before);
      for (const action of done) applyWorldAction(engine, before, action);
      const after = withPolicies(environmentOf(applyEdits(blueprint, changes)), dealt);

      const { plan, run } = await reconcile(driver, after, {
        plan: { drift: 'by_policy', recorded: recorded(before) },
      });

      expect(run.status, failuresOf(run)).toBe('succeeded');
      const left = new Set([...reported(plan), ...plan.drift_ignored]);
      const again = await planNow(driver, after, { plan: { recorded: recorded(after) } });
      // What would come up anew with what is left is as it is to be.
      const differing = again.changes.filter(({ reason, differences }) => {
        return reason !== 'restart_with_dependency' || differences.length > 0;
      });
      const open = addresses(differing).filter((address) => !address.startsWith('image.'));
      expect(open.filter((address) => !left.has(address))).toEqual([]);
      const next = await planNow(driver, after, { plan: { drift: 'by_policy', recorded: recorded(after) } });
      expect(planText({ ...next, withheld: [] })).toBe('');
    },
  );

  test.prop(
    [
      blueprints(),
      fc.array(edits(), { maxLength: 4 }),
      fc.array(worldActions(), { maxLength: 3 }),
      fc.array(fc.nat({ max: 15 }), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
    ],
    options,
  )(
    'reaches into nothing that is frozen, whatever git and the world want',
    async (blueprint, changes, done, which, isPass) => {
      const engine = new SimulatedEngine();
      const driver = simulatedDriver(engine);
      const before = environmentOf(blueprint);
      await reconcile(driver, before);
      for (const action of done) applyWorldAction(engine, before, action);
      const after = environmentOf(applyEdits(blueprint, changes));
      const all = [...new Set([...before.resources.keys(), ...after.resources.keys()])].filter(
        (address) => !address.startsWith('image.'),
      );
      const chosen = [...new Set(which.flatMap((index) => all[index % all.length] ?? []))].toSorted();
      const frozen = new Set(chosen);
      const request: Partial<PlanRequest> = { frozen: freezesOf(chosen), recorded: recorded(before) };
      const isFrozen = ({ ownership }: { readonly ownership: { readonly address: Address } | null }): boolean =>
        ownership !== null && frozen.has(ownership.address);
      const stood = engine.objects.all().filter(isFrozen).map(stateOf);

      const { plan, run } = await reconcile(driver, after, {
        plan: { ...request, drift: isPass ? 'by_policy' : 'heal_all' },
      });

      expect(run.status, failuresOf(run)).toBe('succeeded');
      expect(plan.steps.filter(({ address }) => frozen.has(address))).toEqual([]);
      expect(engine.objects.all().filter(isFrozen).map(stateOf)).toEqual(stood);
    },
  );
});

describe('a volume that is made anew', () => {
  const volume: VolumeBlueprint = { present: true, labels: {}, size: null, deletion_policy: 'delete', protect: false };
  const blueprint: EnvironmentBlueprint = {
    services: [plainService({ volumes: [0] })],
    volumes: [volume],
    networks: [],
  };
  const larger = environmentOf({ ...blueprint, volumes: [{ ...volume, size: '1GiB' }] });

  async function relabelled(): Promise<{ readonly driver: Driver; readonly recorded: Recorded }> {
    const engine = new SimulatedEngine();
    const driver = simulatedDriver(engine);
    const environment = environmentOf(blueprint);
    await reconcile(driver, environment);
    applyWorldAction(engine, environment, { kind: 'edit_label', which: 0 });
    return { driver, recorded: recorded(environment) };
  }

  it('takes along who uses it, as it is declared, and says so of nothing that it leaves', async () => {
    const { driver, recorded: known } = await relabelled();

    const { plan, run } = await reconcile(driver, larger, { plan: { drift: 'by_policy', recorded: known } });

    expect(addresses(plan.changes)).toEqual(['service.s0', 'volume.v0']);
    expect(plan.withheld).toEqual([]);
    expect(run.status).toBe('succeeded');
    expect(planText(await planNow(driver, larger))).toBe('');
  });

  it('stays as it is under who is frozen, and says for whom', async () => {
    const { driver, recorded: known } = await relabelled();

    const plan = await planNow(driver, larger, { plan: { frozen: freezesOf(['service.s0']), recorded: known } });

    expect(plan.steps).toEqual([]);
    expect(plan.withheld.map(({ summary }) => summary)).toEqual([
      'service.s0 differs, and is frozen (a test): it stays as it is',
      'volume.v0 stays as it is: replacing it reaches into service.s0, which is frozen',
    ]);
  });
});

function reported({ withheld }: Plan): readonly Address[] {
  return addresses(
    withheld.filter(({ reason }) => reason === 'drift_reported' || reason === 'data_kept' || reason === 'protected'),
  );
}

function stateOf({ id, type, name, config, life, attachments }: Readonly<SimulatedObject>): string {
  return JSON.stringify([id, type, name, config, life?.state ?? null, life?.starts ?? null, [...attachments]]);
}
