/** An engine of clusters and an engine of images as a test wants them: what their drivers give, and nothing behind it. */
import { readFile } from 'node:fs/promises';
import type { ClusterSight } from '../../../src/drivers/cluster-faces.ts';
import type { Actuator, Driver, Observer } from '../../../src/drivers/driver.ts';
import type { ClusterWorkspace } from '../../../src/flow/clusters/reach.ts';
import type { DesiredEnvironment, DesiredResource } from '../../../src/model/desired.ts';
import { TrueupError } from '../../../src/model/failure.ts';
import type { Observation, ObservedObject, ObservedRunState } from '../../../src/model/observed.ts';
import { desired, environment } from '../builders.ts';
import { observed } from '../planning.ts';
import { SEALER } from '../sealer.ts';
import { simulatedModel } from '../simulated/model/model.ts';

export const never: AbortSignal = new AbortController().signal;

export const CLUSTER: DesiredResource = desired('dev', {
  type: 'cluster',
  name: 'shop-dev',
  engine: 'dev',
  config: { kubernetes_version: 'v1.36', run_state: 'running' },
});

export const WEB_IMAGE: DesiredResource = desired('app:1', { type: 'image', name: 'app:1', engine: 'box' });
export const WEB: DesiredResource = desired('web', { engine: 'box', uses: [WEB_IMAGE.address] });

/** A cluster on the engine `dev`, and a service with its image on the engine `box`. */
export const SHOP: DesiredEnvironment = environment([CLUSTER, WEB, WEB_IMAGE], {
  engines: {
    dev: { name: 'dev', driver: 'clusters', settings: {} },
    box: { name: 'box', driver: 'images', settings: {} },
  },
});

export interface Double {
  readonly workspace: ClusterWorkspace;
  /** What it was asked for that tells, in order. */
  readonly calls: readonly string[];
}

export interface DoubleOptions {
  /** `null` where there is none. Default: it runs, and is ours. */
  readonly cluster?: ObservedObject | null;
  /** In place of what it would see. */
  readonly observation?: Observation;
  readonly sights?: readonly (ClusterSight | null)[];
  /** What the engine of images has. */
  readonly images?: readonly string[];
  /** Whether its nodes run containers. */
  readonly takesImages?: boolean;
}

export function clusterIn(state: ObservedRunState, owner = 'me'): ObservedObject {
  const found = observed(CLUSTER);
  const ownership = found.ownership === null ? null : { ...found.ownership, owner };
  return {
    ...found,
    ownership,
    configured: { kubernetes_version: '1.36.3' },
    status: { ...found.status, run_state: state },
  };
}

export function double(options: DoubleOptions = {}): Double {
  const calls: string[] = [];
  const drivers = { clusters: clustersDriver(options, calls), images: imagesDriver(options, calls) };
  const load = async (name: string): Promise<Driver | null> =>
    name === 'clusters' || name === 'images' ? drivers[name] : null;
  return {
    calls,
    workspace: { owners: ['me'], vault: SEALER, drivers: { names: Object.keys(drivers), load } },
  };
}

function clustersDriver(options: DoubleOptions, calls: string[]): Driver {
  const { cluster = clusterIn('running'), sights = [] } = options;
  const objects = cluster === null ? [] : [cluster];
  const seen: Observation = options.observation ?? { status: 'known', engine: 'dev', facts: null, objects };
  const observer: Observer = {
    observe: async () => seen,
    events: nothing,
    logs: nothing,
    close: async () => void calls.push('close'),
    clusters: {
      kubeconfig: async ({ name }) => `kind: Config\ncurrent-context: ${name}\n`,
      sight: async () => sights[0] ?? null,
      async *follow() {
        yield* sights;
      },
    },
  };
  const actuator: Actuator = {
    ...INERT,
    close: async () => void calls.push('close'),
    ...(options.takesImages === false
      ? {}
      : {
          async loadImages({ name }, archive, { progress }) {
            progress(`into ${name}`);
            calls.push(`load ${name}: ${await readFile(archive, 'utf8')}`);
          },
        }),
  };
  return driver('clusters', ['cluster'], observer, actuator);
}

function imagesDriver({ images = ['app:1'] }: DoubleOptions, calls: string[]): Driver {
  const observer: Observer = {
    observe: async () => ({ status: 'known', engine: 'box', facts: null, objects: [] }),
    events: nothing,
    logs: nothing,
    close: async () => void calls.push('close'),
    async saveImages(references) {
      calls.push(`save ${references.join(' ')}`);
      const missing = references.filter((reference) => !images.includes(reference));
      if (missing.length > 0) throw new TrueupError('object_missing', `no image ${missing.join(', ')}`);
      return { bytes: 10, archive: chunksOf(references) };
    },
  };
  return driver('images', ['service', 'image'], observer, INERT);
}

async function* chunksOf(references: readonly string[]): AsyncGenerator<Uint8Array, void> {
  for (const reference of references) yield Buffer.from(`<${reference}>`);
}

async function* nothing(): AsyncGenerator<never, void> {
  // An engine on which nothing happens.
}

const INERT: Actuator = {
  run: () => Promise.reject(new Error('no step is run here')),
  exec: () => Promise.reject(new Error('nothing runs here')),
  connect: () => Promise.reject(new Error('nobody listens here')),
  close: () => Promise.resolve(),
};

function driver(
  name: string,
  resourceTypes: Driver['model']['resourceTypes'],
  observer: Observer,
  actuator: Actuator,
): Driver {
  return {
    name,
    model: { ...simulatedModel, resourceTypes },
    identity: () => name,
    observer: async () => observer,
    actuator: async () => actuator,
  };
}
