/**
 * What would be there if a revision were applied: the objects and the records that its declarations would leave, without
 * asking any engine. Held against another revision by the ordinary compare, it shows what merging would change. Pure.
 *
 * Nothing is invented: of engines no facts are known, and what a revision only relies on (things that are `external`, images
 * that are never pulled) is taken to be there for both sides, because neither of them would make it.
 */
import type { DriverModel } from '../drivers/driver.ts';
import type { DesiredEnvironment, DesiredResource, EngineDeclaration } from '../model/desired.ts';
import { canonicalJson } from '../model/json.ts';
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
}

const OWNER = 'supposed';

/** `base` is `null` where the environment is new. What `target` relies on is there as well. */
export function supposeApplied(
  base: DesiredEnvironment | null,
  target: DesiredEnvironment,
  models: ReadonlyMap<string, DriverModel>,
): Supposed {
  const applied = base === null ? [] : [...base.resources.values()].filter(({ engine }) => isSameEngine(engine));
  const relied = [...target.resources.values()].filter(isReliedOn);
  const engines = Object.keys(target.engines).filter((engine) => models.has(engine));
  const observations = engines.map((engine): readonly [string, Observation] => {
    const objects = new Map<string, ObservedObject>();
    for (const resource of [...relied, ...applied].filter((candidate) => candidate.engine === engine)) {
      objects.set(`${resource.type} ${resource.name}`, objectOf(resource, base ?? target));
    }
    return [engine, { status: 'known', engine, facts: null, objects: [...objects.values()] }];
  });
  const records = applied.filter(({ external, type }) => !external && type !== 'image').map(recordOf);
  return {
    observations: new Map(observations),
    recorded: { ...NOTHING_RECORDED, resources: Object.fromEntries(records) },
    owners: [OWNER],
  };

  /** An engine that is declared otherwise is another one, on which nothing is yet. */
  function isSameEngine(name: string): boolean {
    return identityOf(base?.engines[name]) === identityOf(target.engines[name]);
  }
}

function identityOf(engine: EngineDeclaration | undefined): string | null {
  return engine === undefined ? null : `${engine.driver} ${canonicalJson(engine.settings)}`;
}

function isReliedOn({ external, type, config }: DesiredResource): boolean {
  return external || (type === 'image' && config['pull_policy'] === 'never');
}

function objectOf(resource: DesiredResource, { name: environment, project }: DesiredEnvironment): ObservedObject {
  const { address, type, name, config } = resource;
  const isNobodys = resource.external || type === 'image';
  const ownership = { owner: OWNER, project, environment, address, checkout: null, created_revision: null };
  return {
    type,
    name,
    // Images are the same where their ids are, so that two references are two images.
    id: `${type} ${name}`,
    ownership: isNobodys ? null : ownership,
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

function recordOf(resource: DesiredResource): readonly [string, RecordedResource] {
  const { address, engine, name, config } = resource;
  return [address, { engine, name, config, revision: null, unfinished: false }];
}
