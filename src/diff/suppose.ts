/**
 * What would be there if a revision were applied: the objects and the records that its declarations would leave, without
 * asking any engine. Held against another revision by the ordinary compare, it shows what merging would change. Pure.
 *
 * Nothing is invented: of engines no facts are known, and what a revision only relies on (things that are `external`, images
 * that are never pulled) is taken to be there for both sides, because neither of them would make it.
 */
import type { DriverModel } from '../drivers/driver.ts';
import type { Withheld } from '../model/change.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { engineIdentity } from '../model/engine-identity.ts';
import { compareText } from '../model/json.ts';
import {
  NOTHING_RECORDED,
  type Observation,
  type ObservedObject,
  type ObservedStatus,
  type Recorded,
  type RecordedResource,
} from '../model/observed.ts';

export interface Supposed {
  readonly observations: ReadonlyMap<string, Observation>;
  readonly recorded: Recorded;
  /** Whose the objects are. */
  readonly owners: readonly string[];
  /** What is on engines that `target` does not declare: an apply does not look there. By address. */
  readonly left: readonly Withheld[];
}

const OWNER = 'supposed';

/** `base` is `null` where the environment is new. What `target` relies on is there as well. */
export function supposeApplied(
  base: DesiredEnvironment | null,
  target: DesiredEnvironment,
  models: ReadonlyMap<string, DriverModel>,
): Supposed {
  const placed = base === null ? [] : placedIn(base, target);
  const applied = placed.filter(({ engines }) => engines.length > 0);
  const relied = [...target.resources.values()].filter(isReliedOn);
  const names = Object.keys(target.engines).filter((engine) => models.has(engine));
  const observations = names.map((engine): readonly [string, Observation] => {
    const objects = new Map<string, ObservedObject>();
    const there = applied.filter(({ engines }) => engines.includes(engine)).map(({ resource }) => resource);
    for (const resource of [...relied.filter((candidate) => candidate.engine === engine), ...there]) {
      objects.set(`${resource.type} ${resource.name}`, objectOf(resource, base ?? target));
    }
    return [engine, { status: 'known', engine, facts: null, objects: [...objects.values()] }];
  });
  const records = applied.filter(({ resource }) => !isNobodys(resource)).map(recordOf);
  return {
    observations: new Map(observations),
    recorded: { ...NOTHING_RECORDED, resources: Object.fromEntries(records) },
    owners: [OWNER],
    left: placed
      .filter(({ resource, engines }) => engines.length === 0 && !isNobodys(resource))
      .map(({ resource }) => leftOn(resource, target))
      .sort((first, second) => compareText(first.address, second.address)),
  };
}

interface Placed {
  readonly resource: DesiredResource;
  /** Under which names `target` has the engine that it is on; none where it does not declare that engine. */
  readonly engines: readonly string[];
}

/**
 * Engines are told apart by what they are and not by their names. Where one has several, ours is seen under one of them, as
 * a look at it shows it: the one on which `target` places it, else the first.
 */
function placedIn(base: DesiredEnvironment, target: DesiredEnvironment): readonly Placed[] {
  const declared = Object.values(target.engines).toSorted((left, right) => compareText(left.name, right.name));
  const names = Map.groupBy(declared, engineIdentity);
  return [...base.resources.values()].map((resource) => {
    const engine = base.engines[resource.engine];
    const same = (engine === undefined ? [] : (names.get(engineIdentity(engine)) ?? [])).map(({ name }) => name);
    if (isNobodys(resource)) return { resource, engines: same };
    const wanted = target.resources.get(resource.address);
    const isWanted = wanted?.name === resource.name && same.includes(wanted.engine);
    return { resource, engines: isWanted ? [wanted.engine] : same.slice(0, 1) };
  });
}

/** An engine that is declared otherwise is another one, on which nothing is yet. */
function leftOn({ address, type, engine }: DesiredResource, target: DesiredEnvironment): Withheld {
  const isDeclared = target.engines[engine] !== undefined;
  const where = isDeclared
    ? `the engine "${engine}" as it was declared before, where an apply no longer looks`
    : `the engine "${engine}", which is declared no more, and an apply no longer looks there`;
  const verb = type === 'service' || type === 'vm' || type === 'cluster' ? 'run on' : 'stay';
  return {
    address,
    reason: 'engine_undeclared',
    summary: `${address} stays on ${where}; destroy it first where it is not to ${verb}`,
  };
}

function isNobodys({ external, type }: DesiredResource): boolean {
  return external || type === 'image';
}

function isReliedOn({ external, type, config }: DesiredResource): boolean {
  return external || (type === 'image' && config['pull_policy'] === 'never');
}

function objectOf(resource: DesiredResource, { name: environment, project }: DesiredEnvironment): ObservedObject {
  const { address, type, name, config } = resource;
  const ownership = { owner: OWNER, project, environment, address, checkout: null, created_revision: null };
  return {
    type,
    name,
    // Images are the same where their ids are, so that two references are two images.
    id: `${type} ${name}`,
    ownership: isNobodys(resource) ? null : ownership,
    configured: config,
    effective: null,
    status: statusOf(resource),
  };
}

function statusOf({ type, config }: DesiredResource): ObservedStatus {
  const wanted = config['run_state'];
  const isService = type === 'service';
  return {
    run_state: !isService ? null : wanted === 'completed' || wanted === 'stopped' ? wanted : 'running',
    reason: null,
    since: null,
    exit_code: wanted === 'completed' ? 0 : null,
    restarts: 0,
    incarnation: null,
    health: 'none',
    details: {},
  };
}

function recordOf({ resource, engines }: Placed): readonly [string, RecordedResource] {
  const { address, engine, name, config } = resource;
  return [address, { engine: engines[0] ?? engine, name, config, revision: null, unfinished: false }];
}
