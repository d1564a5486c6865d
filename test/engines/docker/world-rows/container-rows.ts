/** What runs, and how: `container`, as the world changes it. */
import { join } from 'node:path';
import { ENGINE_VARIABLES } from '../../../support/docker/engine-variables.ts';
import { containerOf, makeAnew } from '../../../support/docker/world/hand.ts';
import {
  type AnyWorldRow,
  command,
  done,
  entry,
  flag,
  found,
  outOfReach,
  remade,
} from '../../../support/docker/world/world-row.ts';
import type { Scene } from '../../../support/docker/fields/scene.ts';

const IS_CURRENT: boolean = process.env[ENGINE_VARIABLES.kind] === 'current';
const HTTPD = ['httpd', '-f', '-p', '8080', '-h', '/tmp'];
const PLATFORMS = process.arch === 'arm64' ? ['linux/arm64', 'linux/amd64'] : ['linux/amd64', 'linux/arm64'];
const [OWN = '', OTHER = ''] = PLATFORMS;

/** A tag that is the scene's alone. */
const tagOf = ({ key }: Scene): string => `tagged:${key}`;
const IMAGE_ID = ['inspect', '--format', '{{.Image}}'];

/** As the image has it, but without its health check, which would be made every second. */
const FURNISHED = { 'container.image': 'furnished:1', 'health_check.test': ['NONE'] };

const PLATFORM: AnyWorldRow = {
  of: 'service',
  field: 'container.platform',
  how: 'the same image for another platform',
  base: 'bare',
  alone: true,
  says: (scene) => ({ service: { 'container.image': tagOf(scene), 'container.platform': OWN } }),
  prepare: ({ docker, scene }) => docker('tag', 'busybox:1', tagOf(scene)),
  async acts({ docker, scene, container, scratch }) {
    const tar = join(scratch, `${scene.key}.tar`);
    await docker('export', '--output', tar, container);
    await docker('import', '--platform', OTHER, tar, tagOf(scene));
    // From whatever image the tag means now.
    await makeAnew(docker, containerOf(container), {});
  },
  finds: () => [found('service', 'container.platform', [OTHER, OWN])],
};

export const CONTAINER_ROWS: readonly AnyWorldRow[] = [
  remade(
    { field: 'container.image', how: 'another image', base: 'bare' },
    (args) => ({ ...args, image: 'busybox:2' }),
    [found('service', 'container.image', ['busybox:2', 'busybox:1'], { severity: 'error' })],
  ),
  {
    of: 'service',
    field: 'container.image',
    how: 'the tag is given to another image',
    base: 'bare',
    says: (scene) => ({ service: { 'container.image': tagOf(scene) } }),
    prepare: ({ docker, scene }) => docker('tag', 'busybox:1', tagOf(scene)),
    async acts({ docker, scene, container }) {
      await docker('tag', 'busybox:2', tagOf(scene));
      return docker(...IMAGE_ID, container);
    },
    finds: (scene, told) => [
      found('service', 'container.image', [told, tagOf(scene)], { severity: 'error', byHand: 'image_moved' }),
    ],
  },
  {
    of: 'service',
    field: 'container.image',
    how: 'the tag is taken away',
    base: 'bare',
    says: (scene) => ({ service: { 'container.image': tagOf(scene) } }),
    prepare: ({ docker, scene }) => docker('tag', 'busybox:1', tagOf(scene)),
    async acts({ docker, scene, container }) {
      await docker('rmi', tagOf(scene));
      return docker(...IMAGE_ID, container);
    },
    finds: (scene, told) => [
      found('service', 'container.image', [told, tagOf(scene)], { severity: 'error', byHand: 'image_moved' }),
    ],
  },
  IS_CURRENT
    ? PLATFORM
    : outOfReach('service', 'container.platform', 'this engine imports images for its own platform alone'),

  remade({ field: 'container.entrypoint', how: 'set', base: 'bare' }, flag('--entrypoint', '/bin/busybox'), [
    found('service', 'container.entrypoint', [['/bin/busybox'], []], { severity: 'error' }),
  ]),
  remade({ field: 'container.entrypoint', how: 'changed', base: 'full' }, flag('--entrypoint', '/bin/env'), [
    found('service', 'container.entrypoint', [['/bin/env'], ['/bin/busybox']], { severity: 'error' }),
  ]),
  remade({ field: 'container.entrypoint', how: 'taken away', base: 'full' }, flag('--entrypoint'), [
    found('service', 'container.entrypoint', [['/bin/busybox', 'env', 'FROM_ENTRYPOINT=1'], ['/bin/busybox']], {
      severity: 'error',
    }),
  ]),
  remade(
    {
      field: 'container.command',
      how: 'set',
      base: 'bare',
      says: () => ({ service: { ...FURNISHED, 'container.command': undefined } }),
    },
    command('sleep', '5000'),
    [
      found(
        'service',
        'container.command',
        [
          ['sleep', '5000'],
          ['sleep', '10000'],
        ],
        { severity: 'error' },
      ),
    ],
  ),
  remade({ field: 'container.command', how: 'changed', base: 'full' }, command('sleep', '5000'), [
    found('service', 'container.command', [['sleep', '5000'], HTTPD], { severity: 'error' }),
  ]),
  remade(
    {
      field: 'container.command',
      how: 'taken away',
      base: 'bare',
      says: () => ({ service: { ...FURNISHED, 'container.command': ['sleep', '7000'] } }),
    },
    command(),
    [
      found(
        'service',
        'container.command',
        [
          ['sleep', '10000'],
          ['sleep', '7000'],
        ],
        { severity: 'error' },
      ),
    ],
  ),

  remade({ field: 'container.user', how: 'set', base: 'bare' }, flag('--user', '1000:1000'), [
    found('service', 'container.user', ['1000:1000', null], { severity: 'critical' }),
  ]),
  remade({ field: 'container.user', how: 'changed', base: 'full' }, flag('--user', 'root'), [
    found('service', 'container.user', ['root', '65534:65534'], { severity: 'critical' }),
  ]),
  remade({ field: 'container.user', how: 'taken away', base: 'full' }, flag('--user'), [
    found('service', 'container.user', ['nobody', '65534:65534'], { severity: 'critical' }),
  ]),
  remade({ field: 'container.working_dir', how: 'set', base: 'bare' }, flag('--workdir', '/tmp'), [
    found('service', 'container.working_dir', ['/tmp', '/']),
  ]),
  remade({ field: 'container.working_dir', how: 'changed', base: 'full' }, flag('--workdir', '/tmp'), [
    found('service', 'container.working_dir', ['/tmp', '/var']),
  ]),
  remade({ field: 'container.working_dir', how: 'taken away', base: 'full' }, flag('--workdir'), [
    found('service', 'container.working_dir', ['/var/work', '/var']),
  ]),
  remade({ field: 'container.init', how: 'set', base: 'bare' }, flag('--init', null), [
    found('service', 'container.init', [true, false]),
  ]),
  remade({ field: 'container.init', how: 'taken away', base: 'full' }, flag('--init'), [
    found('service', 'container.init', [false, true]),
  ]),

  restarted('set', 'bare', 'always', ['always', 'no']),
  restarted('changed', 'full', 'on-failure:3', ['on-failure:3', 'unless-stopped']),
  restarted('taken away', 'full', 'no', ['no', 'unless-stopped']),
  outOfReach('service', 'container.pull_policy', 'when an image is fetched is nothing that a container holds'),

  remade({ field: 'container.stop_signal', how: 'set', base: 'bare' }, flag('--stop-signal', 'SIGQUIT'), [
    found('service', 'container.stop_signal', ['SIGQUIT', 'SIGTERM']),
  ]),
  remade({ field: 'container.stop_signal', how: 'changed', base: 'full' }, flag('--stop-signal', 'INT'), [
    found('service', 'container.stop_signal', ['SIGINT', 'SIGTERM']),
  ]),
  remade({ field: 'container.stop_signal', how: 'taken away', base: 'full' }, flag('--stop-signal'), [
    found('service', 'container.stop_signal', ['SIGKILL', 'SIGTERM']),
  ]),
  remade({ field: 'container.stop_grace_period', how: 'set', base: 'bare' }, flag('--stop-timeout', '5'), [
    found('service', 'container.stop_grace_period', ['5s', '10s']),
  ]),
  remade({ field: 'container.stop_grace_period', how: 'changed', base: 'full' }, flag('--stop-timeout', '90'), [
    found('service', 'container.stop_grace_period', ['1m30s', '3s']),
  ]),
  remade({ field: 'container.stop_grace_period', how: 'taken away', base: 'full' }, flag('--stop-timeout'), [
    found('service', 'container.stop_grace_period', ['10s', '3s']),
  ]),

  remade({ field: 'environment_variables.*.value', how: 'set', base: 'bare' }, entry('--env', 'FRESH=', 'FRESH=new'), [
    found('service', 'environment_variables.FRESH', ['new', null]),
  ]),
  remade(
    { field: 'environment_variables.*.value', how: 'set over the image’s', base: 'full' },
    entry('--env', 'COLOUR=', 'COLOUR=red $HOME'),
    [found('service', 'environment_variables.COLOUR', ['red $HOME', 'blue'])],
  ),
  remade(
    { field: 'environment_variables.*.value', how: 'changed', base: 'full' },
    entry('--env', 'LOG_LEVEL=', 'LOG_LEVEL=0'),
    [found('service', 'environment_variables.LOG_LEVEL', ['0', 'info'])],
  ),
  remade(
    { field: 'environment_variables.*.value', how: 'taken away', base: 'full' },
    entry('--env', 'LOG_LEVEL=', null),
    [found('service', 'environment_variables.LOG_LEVEL', [null, 'info'])],
  ),
  remade(
    { field: 'environment_variables.*.secret', how: 'changed', base: 'full' },
    entry('--env', 'TOKEN=', 'TOKEN=hunter-33'),
    [
      found('service', 'environment_variables.TOKEN', [{ $secret: 'changed' }, { $secret: 'changed' }], {
        byHand: 'secret',
      }),
    ],
  ),
  remade({ field: 'environment_variables.*.secret', how: 'taken away', base: 'full' }, entry('--env', 'TOKEN=', null), [
    found('service', 'environment_variables.TOKEN', [null, { $secret: 'unknown' }], { byHand: 'secret' }),
  ]),
  outOfReach(
    'service',
    'environment_variables.*.source',
    'where a secret comes from is nothing that a container holds',
  ),

  remade({ field: 'labels', how: 'set', base: 'bare' }, entry('--label', 'fresh=', 'fresh=1.10'), [
    found('service', 'labels.fresh', ['1.10', null], { severity: 'info' }),
  ]),
  remade({ field: 'labels', how: 'changed', base: 'full' }, entry('--label', 'team=', 'team=ops'), [
    found('service', 'labels.team', ['ops', 'core'], { severity: 'info' }),
  ]),
  remade({ field: 'labels', how: 'taken away', base: 'full' }, entry('--label', 'team=', null), [
    found('service', 'labels.team', ['image', 'core'], { severity: 'info' }),
  ]),
  remade({ field: 'labels', how: 'set over the image’s', base: 'full' }, entry('--label', 'maker=', 'maker=me'), [
    found('service', 'labels.maker', ['me', 'tests'], { severity: 'info' }),
  ]),
];

function restarted(how: string, base: 'full' | 'bare', policy: string, values: readonly [string, string]): AnyWorldRow {
  return done(
    { field: 'container.restart', how, base },
    ({ docker, container }) => docker('update', '--restart', policy, container),
    [found('service', 'container.restart', values)],
  );
}
