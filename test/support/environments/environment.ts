/** From a blueprint to the environment that it stands for, in the form in which the loader hands it over. */
import { addressOf } from '../../../src/model/address.ts';
import type { DesiredEnvironment, DesiredResource } from '../../../src/model/desired.ts';
import type { Json, JsonObject } from '../../../src/model/json.ts';
import {
  ENGINE,
  type EnvironmentBlueprint,
  type NetworkBlueprint,
  PROJECT,
  type VolumeBlueprint,
} from './blueprint.ts';
import { imageReference, serviceResource } from './service-blueprint.ts';

/** The environment that a blueprint stands for, all of it on the engine `simulated`. */
export function environmentOf(blueprint: EnvironmentBlueprint): DesiredEnvironment {
  const resources = [
    ...blueprint.networks.flatMap((network, index) => (network.present ? [networkResource(network, `n${index}`)] : [])),
    networkResource({ present: true, labels: {}, internal: false }, 'default'),
    ...blueprint.volumes.flatMap((volume, index) => (volume.present ? [volumeResource(volume, `v${index}`)] : [])),
    ...blueprint.services.flatMap((service, index) => (service.present ? [serviceResource(blueprint, index)] : [])),
    ...imageResources(blueprint),
  ];
  return {
    name: 'local',
    type: 'local',
    project: PROJECT,
    folder: 'environments/local',
    revision: { commit: null, dirty: false },
    engines: { [ENGINE]: { name: ENGINE, driver: 'simulated', settings: {} } },
    resources: new Map(resources.map((resource) => [resource.address, resource])),
    policies: { drift: 'report', on_failure: 'stop', rollback: 'service', prune: true },
    moved: [],
    ignore_differences: [],
    files: ['environments/local/environment.yaml'],
    locate: () => null,
  };
}

/** As the loader derives them from the services. */
function imageResources({ services }: EnvironmentBlueprint): readonly DesiredResource[] {
  const users = Map.groupBy(
    services.filter((service) => service.present),
    imageReference,
  );
  return [...users].map(([reference, group]): DesiredResource => {
    const policy = group.some(({ pull }) => pull === 'always') ? 'always' : 'missing';
    return {
      address: addressOf('image', reference),
      type: 'image',
      key: reference,
      name: reference,
      engine: ENGINE,
      external: false,
      protect: false,
      deletion_policy: 'retain',
      on_failure: 'stop',
      drift: 'report',
      config: { reference, platform: null, pull_policy: policy },
      dependencies: [],
      uses: [],
      untracked: [],
    };
  });
}

function volumeResource(volume: VolumeBlueprint, key: string): DesiredResource {
  const { labels, size, deletion_policy: policy, protect } = volume;
  const config = { driver: 'local', driver_opts: size === null ? {} : { size }, labels };
  return held('volume', key, policy, protect, config);
}

function networkResource({ labels, internal }: NetworkBlueprint, key: string): DesiredResource {
  return held('network', key, 'delete', false, { driver: 'bridge', driver_opts: {}, internal, labels });
}

function held(
  type: 'volume' | 'network',
  key: string,
  deletionPolicy: 'retain' | 'delete',
  protect: boolean,
  config: Readonly<Record<string, Json>>,
): DesiredResource {
  const whole: JsonObject = { ...config, protect, deletion_policy: deletionPolicy };
  return {
    address: addressOf(type, key),
    type,
    key,
    name: `${PROJECT}_${key}`,
    engine: ENGINE,
    external: false,
    protect,
    deletion_policy: deletionPolicy,
    on_failure: 'stop',
    drift: 'report',
    config: whole,
    dependencies: [],
    uses: [],
    untracked: [],
  };
}
