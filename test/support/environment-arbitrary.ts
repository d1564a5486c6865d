/**
 * Random small environments on the simulated engine, random edits of them, and random acts of the world, for properties
 * of compare, plan and execute:
 *
 *     fc.property(blueprints(), fc.array(edits()), fc.array(worldActions()), async (blueprint, edits, actions) => …)
 *
 * `environmentOf(blueprint)` is desired; `applyEdits(blueprint, edits)` the next revision of it.
 */
import * as fc from 'fast-check';
import type {
  EnvironmentBlueprint,
  Need,
  NetworkBlueprint,
  ServiceBlueprint,
  VolumeBlueprint,
} from './environments/blueprint.ts';
import { WORLD_ACTIONS, type WorldAction, type WorldActionKind } from './environments/world-action.ts';

export interface BlueprintOptions {
  /** At most so many services. Default 8. */
  readonly services?: number;
  /** Whether some services exit with an error instead of running. Default no. */
  readonly failing?: boolean;
  /** Whether some services need a few probes to become healthy, which takes real time. Default no. */
  readonly slow?: boolean;
  /** Whether some services are stopped on purpose. Default yes, but not where some fail. */
  readonly stopped?: boolean;
}

const HELD = 3;

export function blueprints(options: BlueprintOptions = {}): fc.Arbitrary<EnvironmentBlueprint> {
  const count = options.services ?? 8;
  return fc.record({
    services: fc.array(serviceBlueprint(options), { minLength: count, maxLength: count }),
    volumes: fc.array(VOLUME, { minLength: HELD, maxLength: HELD }),
    networks: fc.array(NETWORK, { minLength: HELD, maxLength: HELD }),
  });
}

/** One thing made different: its field taken from another blueprint of its kind. */
export type Edit =
  | {
      readonly kind: 'services';
      readonly index: number;
      readonly field: keyof ServiceBlueprint;
      readonly from: ServiceBlueprint;
    }
  | {
      readonly kind: 'volumes';
      readonly index: number;
      readonly field: keyof VolumeBlueprint;
      readonly from: VolumeBlueprint;
    }
  | {
      readonly kind: 'networks';
      readonly index: number;
      readonly field: keyof NetworkBlueprint;
      readonly from: NetworkBlueprint;
    };

export function edits(options: BlueprintOptions = {}): fc.Arbitrary<Edit> {
  const index = fc.nat({ max: 7 });
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('services' as const),
        index,
        field: SERVICE_FIELD,
        from: serviceBlueprint(options),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('volumes' as const), index, field: VOLUME_FIELD, from: VOLUME }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('networks' as const), index, field: NETWORK_FIELD, from: NETWORK }),
    },
  );
}

export function applyEdits(blueprint: EnvironmentBlueprint, changes: readonly Edit[]): EnvironmentBlueprint {
  return changes.reduce(applyEdit, blueprint);
}

/** What a world does that leaves data and names alone, unless other kinds are asked for. */
export function worldActions(kinds: readonly WorldActionKind[] = HARMLESS): fc.Arbitrary<WorldAction> {
  return fc.record({ kind: fc.constantFrom(...kinds), which: fc.nat({ max: 9 }) });
}

const HARMLESS: readonly WorldActionKind[] = WORLD_ACTIONS.filter(
  (kind) => kind !== 'remove_volume' && kind !== 'add_foreign',
);

const LABELS: fc.Arbitrary<Readonly<Record<string, string>>> = fc.dictionary(
  fc.constantFrom('team', 'tier', 'cost'),
  fc.constantFrom('a', 'b'),
  { maxKeys: 2 },
);

const NEED: fc.Arbitrary<Need> = fc.record({
  on: fc.nat({ max: 20 }),
  condition: fc.constantFrom('service_started', 'service_healthy', 'service_completed_successfully'),
  optional: fc.boolean(),
  restart: fc.boolean(),
});

const VOLUME: fc.Arbitrary<VolumeBlueprint> = fc.record({
  present: fc.boolean(),
  labels: LABELS,
  size: fc.option(fc.constantFrom('1GiB', '2GiB')),
  deletion_policy: fc.constantFrom('retain', 'delete'),
  protect: fc.boolean(),
});

const NETWORK: fc.Arbitrary<NetworkBlueprint> = fc.record({
  present: fc.boolean(),
  labels: LABELS,
  internal: fc.boolean(),
});

function serviceBlueprint(options: BlueprintOptions): fc.Arbitrary<ServiceBlueprint> {
  return fc.record({
    present: fc.boolean(),
    image: fc.nat({ max: 2 }),
    pull: fc.constantFrom('missing', 'always'),
    bare: fc.boolean(),
    variable: fc.constantFrom('fast', 'safe'),
    once: fc.boolean(),
    stopped: (options.stopped ?? options.failing !== true) ? fc.boolean() : fc.constant(false),
    health: fc.constantFrom('none', 'test', 'endpoint'),
    behaviour: fc.constantFrom(...behaviours(options)),
    needs: fc.array(NEED, { maxLength: 3 }),
    volumes: fc.array(fc.nat({ max: HELD - 1 }), { maxLength: 2 }),
    networks: fc.array(fc.nat({ max: HELD - 1 }), { maxLength: 2 }),
    published: fc.boolean(),
    alias: fc.option(fc.constantFrom('api', 'cache')),
    labels: LABELS,
    memory_limit: fc.option(fc.constantFrom('64MiB', '128MiB')),
    cpu_limit: fc.option(fc.constantFrom(0.5, 1)),
  });
}

function behaviours({ failing = false, slow = false }: BlueprintOptions): readonly (readonly string[])[] {
  return [[], ...(slow ? [['healthy_after=1']] : []), ...(failing ? [['exit=1'], ['exits_after=0:1']] : [])];
}

const SERVICE_FIELD: fc.Arbitrary<keyof ServiceBlueprint> = fc.constantFrom(
  'present',
  'image',
  'pull',
  'bare',
  'variable',
  'once',
  'stopped',
  'health',
  'behaviour',
  'needs',
  'volumes',
  'networks',
  'published',
  'alias',
  'labels',
  'memory_limit',
  'cpu_limit',
);

const VOLUME_FIELD: fc.Arbitrary<keyof VolumeBlueprint> = fc.constantFrom(
  'present',
  'labels',
  'size',
  'deletion_policy',
  'protect',
);

const NETWORK_FIELD: fc.Arbitrary<keyof NetworkBlueprint> = fc.constantFrom('present', 'labels', 'internal');

function applyEdit(blueprint: EnvironmentBlueprint, edit: Edit): EnvironmentBlueprint {
  switch (edit.kind) {
    case 'services':
      return { ...blueprint, services: replaced(blueprint.services, edit.index, edit.field, edit.from) };
    case 'volumes':
      return { ...blueprint, volumes: replaced(blueprint.volumes, edit.index, edit.field, edit.from) };
    case 'networks':
      return { ...blueprint, networks: replaced(blueprint.networks, edit.index, edit.field, edit.from) };
    default:
      return edit satisfies never;
  }
}

function replaced<T extends object>(items: readonly T[], index: number, field: keyof T, from: T): readonly T[] {
  const target = index % items.length;
  return items.map((item, at) => (at === target ? { ...item, [field]: from[field] } : item));
}
