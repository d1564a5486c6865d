/**
 * Pull: has engines ask registries anew for the images of services. Nothing of an environment changes by it, so it takes
 * no lock and records nothing; who runs an older image afterwards is found by a second look.
 */
import { ulid } from 'ulid';
import { type Address, typeOf } from '../model/address.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import type { Emit } from '../model/events.ts';
import { TrueupError } from '../model/failure.ts';
import { fieldPath } from '../model/field-path.ts';
import { member } from '../model/json.ts';
import type { Observation } from '../model/observed.ts';
import type { Plan } from '../model/plan.ts';
import type { Run, StepResult } from '../model/run.ts';
import { DEFAULT_LIMITS } from '../reconcile/execute/ready-steps.ts';
import { runPlan } from '../reconcile/run.ts';
import type { ImagePull, PullReport, PullStatus } from '../report/pull.ts';
import { connectEngines } from './applying.ts';
import { type Planned, planFlow, type PlanOptions } from './planning.ts';
import type { Selected } from './selection.ts';
import type { Workspace } from './workspace.ts';

export interface PullFlowOptions {
  /** A plan of everything, with nothing asked for. */
  readonly plan: PlanOptions;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

export async function pullFlow(
  workspace: Workspace,
  selected: Selected,
  { plan: options, emit, signal }: PullFlowOptions,
): Promise<PullReport> {
  const { environment } = selected;
  const images = imagesOf(selected);
  const pulled = new Set(images.filter(mayBePulled).map(({ address }) => address));
  if (images.length === 0) return { environment: environment.name, images: [], outdated: [] };
  const chosen = { ...options, targets: new Set(images.map(({ address }) => address)), pull: pulled };
  await using planned = await planFlow(workspace, environment, chosen, signal);
  assertReached(images, planned.plan);
  const run = pulled.size === 0 ? null : await carryOut(workspace, planned, emit, signal);
  const results = new Map(run?.steps.map((step) => [step.address, step]));
  const { observations } = planned.observations;
  const pulls = images.map((image) =>
    pullOf(image, results.get(image.address) ?? null, environment, observations.get(image.engine) ?? null),
  );
  const users = pulls.filter(({ status }) => status === 'pulled').flatMap(({ services }) => services);
  const outdated =
    users.length === 0 || signal.aborted ? [] : await outdatedAmong(workspace, environment, users, options, signal);
  return { environment: environment.name, images: pulls, outdated };
}

/** The images that are named, and those of the services that are; all of them for a whole environment. */
function imagesOf({ environment, addresses }: Selected): readonly DesiredResource[] {
  const named = addresses.length === 0 ? [...environment.resources.keys()] : addresses;
  const other = addresses.find((address) => !['service', 'image'].includes(typeOf(address)));
  if (other !== undefined) {
    throw new TrueupError('usage', `${other} has no image that could be pulled`, { next: 'name services or images' });
  }
  const wanted = new Set(named.flatMap((address) => [address, ...(environment.resources.get(address)?.uses ?? [])]));
  return [...environment.resources.values()].filter(({ address, type }) => type === 'image' && wanted.has(address));
}

function mayBePulled({ config }: DesiredResource): boolean {
  return member(config, 'pull_policy') !== 'never';
}

/** What an engine has, or lacks, is known only where it answers. */
function assertReached(images: readonly DesiredResource[], { inputs }: Plan): void {
  const needed = new Set(images.map(({ engine }) => engine));
  const silent = inputs.engines.find(({ name, status }) => needed.has(name) && status !== 'known');
  if (silent === undefined) return;
  throw new TrueupError('engine_unreachable', `engine "${silent.name}": ${silent.error ?? 'it does not exist yet'}`, {
    next: 'run `trueup doctor` to see which engines answer',
  });
}

/** One image that cannot be had keeps nobody from the others. */
async function carryOut(workspace: Workspace, planned: Planned, emit: Emit, signal: AbortSignal): Promise<Run> {
  const plan: Plan = { ...planned.plan, policies: { ...planned.plan.policies, on_failure: 'continue' } };
  await using connected = connectEngines(workspace, planned);
  return await runPlan(plan, {
    environment: planned.environment,
    connections: connected.connections,
    vault: workspace.vault,
    emit,
    id: ulid(),
    owners: workspace.owners,
    checkout: workspace.repository.root,
    limits: DEFAULT_LIMITS,
    signal,
    now: () => performance.timeOrigin + performance.now(),
    onChangeDone: () => undefined,
  });
}

function pullOf(
  { address, name, type, engine }: DesiredResource,
  result: StepResult | null,
  environment: DesiredEnvironment,
  observation: Observation | null,
): ImagePull {
  const objects = observation?.status === 'known' ? observation.objects : [];
  const previous = objects.find((object) => object.type === type && object.name === name)?.id ?? null;
  const services = [...environment.resources.values()].filter(({ uses }) => uses.includes(address));
  const id = result?.status === 'done' ? textIn(result, 'id') : previous;
  return {
    address,
    reference: name,
    engine,
    services: services.map((service) => service.address),
    status: statusOf(result, id !== previous),
    id,
    previous_id: previous,
    digest: result === null ? null : textIn(result, 'digest'),
    duration_ms: result?.duration_ms ?? 0,
    error: result?.error ?? null,
  };
}

function statusOf(result: StepResult | null, isNew: boolean): PullStatus {
  if (result === null) return 'left_out';
  if (result.status === 'done') return isNew ? 'pulled' : 'up_to_date';
  return result.status === 'failed' ? 'failed' : 'cancelled';
}

function textIn({ outcome }: StepResult, key: string): string | null {
  const value = member(outcome, key);
  return typeof value === 'string' ? value : null;
}

const IMAGE = fieldPath('container', 'image');

/** Who differs from what is declared by its image. */
async function outdatedAmong(
  workspace: Workspace,
  environment: DesiredEnvironment,
  services: readonly Address[],
  options: PlanOptions,
  signal: AbortSignal,
): Promise<readonly Address[]> {
  await using planned = await planFlow(workspace, environment, { ...options, targets: new Set(services) }, signal);
  return planned.plan.changes
    .filter(({ differences }) => differences.some(({ field_path: path }) => path === IMAGE))
    .map(({ address }) => address);
}
