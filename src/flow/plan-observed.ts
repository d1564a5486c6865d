/**
 * Plan from a saved observation: without an engine, as the checkout in which it was taken. Desired is moved there too, so
 * that the same revision and the same observation give the same plan in every clone.
 */
import { withLeftAdopted } from '../diff/left-adopted.ts';
import { notComparedIn } from '../diff/not-compared.ts';
import type { Address } from '../model/address.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { TrueupError } from '../model/failure.ts';
import type { SavedObservation } from '../model/observation.ts';
import { NOTHING_RECORDED, type Observation, type Recorded } from '../model/observed.ts';
import { NOBODY } from '../model/ownership.ts';
import type { Plan } from '../model/plan.ts';
import { planEnvironment } from '../reconcile/plan/plan.ts';
import { planClaiming } from './claiming.ts';
import { assertCarriedOut, modelsOf, withStopped } from './load.ts';
import { enginesNeeded } from './observe.ts';
import type { PlanOptions } from './planning.ts';
import { relocated } from './relocated.ts';
import type { Workspace } from './workspace.ts';

/** Throws `invalid_observation_file` for an observation of another environment. */
export async function planObserved(
  { repository, drivers, settings }: Workspace,
  environment: DesiredEnvironment,
  observed: SavedObservation,
  options: PlanOptions,
): Promise<Plan> {
  assertSame(environment, observed);
  const recorded: Recorded = { ...NOTHING_RECORDED, ...observed.recorded };
  const models = await modelsOf(environment, drivers);
  assertCarriedOut(environment, models);
  const declared = withStopped(relocated(environment, repository.root, observed.root), recorded);
  const { owners } = observed;
  const observations = observationsOf(declared, observed, recorded, new Set(models.keys()));
  const targets = options.targets.size === 0 ? null : options.targets;
  const [owner = NOBODY] = owners;
  const { plan } = planClaiming(observations, { environment: declared, recorded, owner }, options, (seen) =>
    planEnvironment({
      environment: declared,
      observations: seen,
      recorded,
      owners,
      models,
      today: options.today,
      severities: settings.severities,
      targets,
      fields: options.fields,
      mode: options.mode,
      destroyData: options.destroyData,
      replace: options.replace,
      restart: new Set([...options.restart, ...owedIn(observed, options.targets)]),
      allowRemovals: options.allowRemovals,
      drift: options.drift,
      frozen: observed.frozen.filter(({ until }) => Date.parse(until) > Date.parse(options.now)),
    }),
  );
  const secrets = notComparedIn({ environment: declared, observations, owners, targets });
  const notCompared = [...(plan.not_compared ?? []), ...secrets];
  const now = observed.frozen.length === 0 ? {} : { now: options.now };
  return {
    ...withLeftAdopted(plan, { ...options, environment: declared, observations, recorded }),
    inputs: { ...plan.inputs, observed_at: observed.observed_at, ...now },
    ...(notCompared.length === 0 ? {} : { not_compared: notCompared }),
  };
}

export function assertSame({ name }: DesiredEnvironment, { environment }: SavedObservation): void {
  if (name === environment) return;
  throw new TrueupError('invalid_observation_file', `the observation is of ${environment}, not of ${name}`, {
    fields: { environment, asked: name },
    next: `plan ${environment} with it, or save one of ${name} with \`trueup observe ${name} --out FILE\``,
  });
}

/** What was not looked at may hold anything: unreachable is not empty. */
function observationsOf(
  environment: DesiredEnvironment,
  { engines }: SavedObservation,
  recorded: Recorded,
  driven: ReadonlySet<string>,
): ReadonlyMap<string, Observation> {
  const found = new Map(engines.map((engine) => [engine.observation.engine, engine]));
  const needed = enginesNeeded({ environment, recorded });
  const observations = new Map<string, Observation>();
  for (const { name, driver } of Object.values(environment.engines)) {
    const saved = found.get(name);
    if (saved !== undefined && saved.driver === driver) observations.set(name, saved.observation);
    else if (needed.has(name) && driven.has(name)) {
      const error = saved === undefined ? 'the observation does not have it' : `it was observed as "${saved.driver}"`;
      observations.set(name, { status: 'unreachable', engine: name, error, provided_by: null });
    }
  }
  return observations;
}

/** Restarts that are owed, of what the plan is about and nobody stopped on purpose. */
function owedIn(
  { owed_restarts: owed, recorded: { stopped } }: SavedObservation,
  targets: ReadonlySet<Address>,
): readonly Address[] {
  return owed.filter((address) => (targets.size === 0 || targets.has(address)) && !stopped.includes(address));
}
