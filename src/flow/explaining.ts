/**
 * Explain: one resource as it is declared, recorded and live, who wrote what is declared, and what the next plan does about
 * it. Only looks: it plans as `trueup plan` does, and asks git and the files of earlier runs. Leaves no trace.
 */
import { compareEnvironment } from '../diff/compare.ts';
import type { Finding } from '../diff/findings.ts';
import { explainFields, type FieldValues, isNowhere } from '../diff/explain.ts';
import { IgnoreRules } from '../diff/ignore.ts';
import { addressOfFinding } from '../diff/leaving.ts';
import { type Address, typeOf } from '../model/address.ts';
import type { DesiredResource } from '../model/desired.ts';
import type { Explanation, FieldDeclaration, Live, NextOutcome } from '../model/explanation.ts';
import { type FieldPath, ROOT_PATH } from '../model/field-path.ts';
import type { Observation, ObservedObject } from '../model/observed.ts';
import { blameFields } from './blamed-fields.ts';
import { nextOutcome } from './explained-next.ts';
import { waitsOf } from './explained-waits.ts';
import { lastFailureOf } from './last-failure.ts';
import { modelsOf } from './load.ts';
import { openRunOf } from './open-run-holder.ts';
import { type Planned, planFlow, planOfAll } from './planning.ts';
import { environmentStatus, findObject } from './status.ts';
import type { Workspace } from './workspace.ts';

/** What is to be explained, and how it was planned: as a person's word has it, everything. */
export interface ExplainRequest {
  readonly planned: Planned;
  readonly address: Address;
  /** How a field is declared; `null` where nobody declares it. */
  declarationOf(path: FieldPath): FieldDeclaration | null;
  /** Of all that have a value: which are shown. */
  shown(fields: readonly FieldValues[]): readonly FieldValues[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export async function explainResource(
  workspace: Workspace,
  request: ExplainRequest,
  signal: AbortSignal,
): Promise<Explanation> {
  const { planned, address } = request;
  const { plan, environment, recorded } = planned;
  const { observations } = planned.observations;
  const models = await modelsOf(environment, workspace.drivers);
  const { finding, beside } = await compared(workspace, request);
  const desired = environment.resources.get(address) ?? null;
  const place = placeOf(request, finding);
  const observation = observations.get(place.engine);
  const observed = observedOf(workspace, { desired, finding, observation });
  const known = recorded.resources[previousOf(finding) ?? address] ?? null;
  const values = explainFields({
    type: typeOf(address),
    desired,
    observed,
    recorded: known?.config ?? null,
    model: models.get(place.engine) ?? { comparable: (_, config) => config },
    facts: observation?.status === 'known' ? observation.facts : null,
    differences: differencesIn(finding),
    rules: new IgnoreRules(environment.ignore_differences, todayOf(request)),
    isStopped: planned.stopped.includes(address),
    isDeclared: (path) => request.declarationOf(path) !== null,
  }).filter((field) => !isNowhere(field));
  const shown = new Set(request.shown(values));
  const told = values.filter((field) => shown.has(field) || field.difference !== null);
  const isMissed = desired?.external === true && observed === null && observation?.status === 'known';
  const next = nextOutcome({ plan, address, ...place, observation, finding, isMissed });
  const openRun = await openRunOf(workspace, planned.environment, planned.earlier.reading, signal);
  const status = environmentStatus({ environment, plan, observations, recorded, owners: workspace.owners, openRun });
  const { declaration, fields } = await blameFields(
    {
      root: workspace.repository.root,
      desired,
      source: environment.locate(address, ROOT_PATH),
      told,
      recorded: known?.revision ?? null,
      declarationOf: request.declarationOf,
    },
    signal,
  );
  return {
    environment: environment.name,
    revision: environment.revision,
    address,
    type: typeOf(address),
    ...place,
    external: desired?.external === true,
    declared: desired !== null,
    declaration: desired === null ? null : declaration,
    live: liveOf(observation, observed),
    beside,
    recorded: known === null ? null : { revision: known.revision, unfinished: known.unfinished },
    next,
    passes: await passesOf(workspace, request, { next, desired, name: place.name }, signal),
    waits: waitsOf({ address, desired, engine: place.engine, observation, status, plan, next }),
    last_failure: await lastFailureOf(workspace, environment.name, address),
    fields: [...fields].flatMap(([field, one]) => (shown.has(field) ? [one] : [])),
    differing: [...fields.values()].filter(({ difference }) => difference !== null),
    hidden: values.length - shown.size,
    complete: observation?.status !== 'unreachable',
  };
}

interface Compared {
  readonly finding: Finding | null;
  /** Names of what carries its labels, while it is something else itself. */
  readonly beside: readonly string[];
}

/** The comparison of this resource alone; a plan does not keep what it left as it is. */
async function compared(workspace: Workspace, request: ExplainRequest): Promise<Compared> {
  const { planned, address } = request;
  const { findings } = compareEnvironment({
    environment: planned.environment,
    observations: planned.observations.observations,
    recorded: planned.recorded,
    owners: workspace.owners,
    models: await modelsOf(planned.environment, workspace.drivers),
    today: todayOf(request),
    severities: workspace.settings.severities,
    targets: new Set([address]),
    fields: 'all',
  });
  const own = findings.filter((finding) => addressOfFinding(finding) === address);
  const strangers = own.flatMap((finding) => (finding.kind === 'undeclared' && finding.isStranger ? [finding] : []));
  const finding = own.find(({ kind }) => kind !== 'undeclared') ?? own[0] ?? null;
  return {
    finding,
    beside: strangers.filter((stranger) => stranger !== finding).map(({ observed }) => observed.name),
  };
}

function placeOf({ planned, address }: ExplainRequest, finding: Finding | null): { name: string; engine: string } {
  const desired = planned.environment.resources.get(address);
  if (desired !== undefined) return { name: desired.name, engine: desired.engine };
  if (finding?.kind === 'undeclared') return { name: finding.observed.name, engine: finding.engine };
  const known = planned.recorded.resources[address];
  return { name: known?.name ?? '', engine: known?.engine ?? '' };
}

interface Looked {
  readonly desired: DesiredResource | null;
  readonly finding: Finding | null;
  readonly observation: Observation | undefined;
}

/** Images and what is external are nobody's, and are found by their names. */
function observedOf({ owners }: Workspace, { desired, finding, observation }: Looked): ObservedObject | null {
  if (finding !== null && finding.kind !== 'missing') return finding.observed;
  if (desired === null || observation?.status !== 'known') return null;
  return findObject(observation.objects, desired, owners);
}

function previousOf(finding: Finding | null): Address | null {
  return finding?.kind === 'differs' ? finding.previousAddress : null;
}

function differencesIn(finding: Finding | null): ReturnType<typeof allOf> {
  return finding?.kind === 'differs' ? allOf(finding) : [];
}

function allOf({ renamed, differences }: Extract<Finding, { kind: 'differs' }>): typeof differences {
  return renamed === null ? differences : [renamed, ...differences];
}

function todayOf({ now }: ExplainRequest): string {
  return new Date(now).toISOString().slice(0, 10);
}

function liveOf(observation: Observation | undefined, observed: ObservedObject | null): Live {
  const nothing = { name: null, run_state: null, health: null, reason: null };
  if (observation === undefined || observation.status === 'unreachable') return { ...nothing, status: 'unknown' };
  if (observation.status === 'absent') return { ...nothing, status: 'absent' };
  if (observed === null) return { ...nothing, status: 'missing' };
  const { run_state, health, reason } = observed.status;
  return { status: 'there', name: observed.name, run_state, health: health === 'none' ? null : health, reason };
}

/** A person's `apply` heals whatever the world changed; a pass does not, where the drift policy says otherwise. */
async function passesOf(
  workspace: Workspace,
  { planned, address, now }: ExplainRequest,
  {
    next,
    desired,
    name,
  }: { readonly next: NextOutcome; readonly desired: DesiredResource | null; readonly name: string },
  signal: AbortSignal,
): Promise<Explanation['passes']> {
  const policy = desired?.drift ?? planned.environment.policies.drift;
  if (next.outcome !== 'change' || policy === 'heal') return null;
  const look = (): Promise<Planned['observations']> => Promise.resolve(planned.observations);
  const { plan } = await planFlow(workspace, planned.declared, planOfAll(now, 'by_policy'), signal, look);
  if (plan.changes.some((change) => change.address === address && change.name === name)) return null;
  return policy === 'ignore' ? 'drift_ignored' : 'drift_reported';
}
