/** What the world can do to a container behind our back with the docker command line, and what drift says of it. */
import { fieldPath } from '../../../../src/model/field-path.ts';
import type { Act } from '../../../support/docker/fields/row.ts';
import type { Scene } from '../../../support/docker/fields/scene.ts';

const RUN_STATE = fieldPath('run_state');

/** Changes by `docker update`. */
function updated(field: string, options: readonly string[]): Act {
  return {
    name: `docker update ${options.join(' ')}`,
    act: (docker, _, container) => docker('update', ...options, container),
    differs: () => [fieldPath(...field.split('.'))],
    keeps: true,
  };
}

/** Joins the network anew, otherwise than declared. */
function rejoined(field: string, options: (scene: Scene) => readonly string[]): Act {
  return {
    name: `docker network connect with another ${field}`,
    async act(docker, scene, container) {
      const network = `shop_${scene.network}`;
      await docker('network', 'disconnect', network, container);
      await docker('network', 'connect', ...options(scene), network, container);
    },
    differs: ({ network }) => [fieldPath('networking', 'networks', network, field)],
    keeps: true,
  };
}

const aliases = ({ key }: Scene): readonly string[] => ['--alias', 'www', '--alias', key];
const address = ({ subnet }: Scene): readonly string[] => ['--ip', `${subnet}.9`];
const address6 = ({ subnet6 }: Scene): readonly string[] => ['--ip6', `${subnet6}:9`];

export const ACTS: readonly Act[] = [
  updated('container.restart', ['--restart', 'always']),
  updated('resource_limits.cpu_limit', ['--cpus', '1.5']),
  updated('resource_limits.memory_limit', ['--memory', '100m', '--memory-swap', '200m']),
  updated('resource_limits.cpu_reservation', ['--cpu-shares', '100']),
  updated('resource_limits.memory_reservation', ['--memory-reservation', '20m']),
  rejoined('aliases', (scene) => ['--alias', 'other', '--alias', scene.key, ...address(scene), ...address6(scene)]),
  rejoined('ipv4_address', (scene) => [...aliases(scene), '--ip', `${scene.subnet}.77`, ...address6(scene)]),
  rejoined('ipv6_address', (scene) => [...aliases(scene), ...address(scene), '--ip6', `${scene.subnet6}:77`]),
  {
    name: 'docker network connect to one more',
    async act(docker, { key }, container) {
      await docker('network', 'create', `more-${key}`);
      await docker('network', 'connect', `more-${key}`, container);
    },
    differs: ({ key }) => [fieldPath('networking', 'networks', `more-${key}`)],
    keeps: true,
  },
  {
    name: 'docker network disconnect',
    act: (docker, { network }, container) => docker('network', 'disconnect', `shop_${network}`, container),
    differs: ({ network }) => [fieldPath('networking', 'networks', network)],
    keeps: true,
  },
  {
    name: 'docker stop',
    act: (docker, _, container) => docker('stop', '--time', '1', container),
    differs: () => [RUN_STATE],
    keeps: true,
  },
  {
    name: 'docker kill',
    act: (docker, _, container) => docker('kill', container),
    differs: () => [RUN_STATE],
    keeps: true,
  },
  {
    name: 'docker pause',
    act: (docker, _, container) => docker('pause', container),
    differs: () => [RUN_STATE],
    keeps: true,
  },
  {
    name: 'docker rename',
    act: (docker, { key }, container) => docker('rename', container, `renamed-${key}`),
    differs: () => [fieldPath('name')],
    keeps: true,
  },
  {
    name: 'docker rm --force',
    act: (docker, _, container) => docker('rm', '--force', container),
    differs: () => [],
    keeps: false,
  },
  {
    name: 'docker network rm under a stopped container',
    async act(docker, { network }, container) {
      await docker('stop', '--time', '1', container);
      await docker('network', 'rm', `shop_${network}`);
    },
    differs: ({ network }) => [fieldPath('networking', 'networks', network), RUN_STATE],
    keeps: true,
  },
];
