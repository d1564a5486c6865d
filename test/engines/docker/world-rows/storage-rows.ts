/** Mounted volumes, files and memory: `storage`, as the world changes it. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Json } from '../../../../src/model/json.ts';
import type { Scene } from '../../../support/docker/fields/scene.ts';
import { type Options, withEntry } from '../../../support/docker/world/options.ts';
import {
  type AnyWorldRow,
  type Base,
  done,
  found,
  options,
  remade,
  type ToFind,
  type WorldRow,
} from '../../../support/docker/world/world-row.ts';
import { confOf, liveOf, otherOf } from '../../../support/docker/world/world-scenes.ts';

const DATA = '/data';
const CONF = '/etc/app.conf';
const LIVE = '/etc/live.conf';
const ANONYMOUS = '/var/anonymous';

/** Where `worldManifest` lists them. */
const INDEX: Readonly<Record<string, string>> = { [DATA]: '0', [CONF]: '1', [LIVE]: '2', [ANONYMOUS]: '3' };

function digest(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** `root` is the folder of the repo, which only the play knows: it is told to the row. */
function mount(
  field: string,
  how: string,
  base: Base,
  change: (all: Options, scene: Scene, root: string) => Options,
  finds: (scene: Scene, root: string) => readonly ToFind[],
): WorldRow {
  const path = (scene: Scene): string => finds(scene, '')[0]?.names.slice(0, 3).join('.') ?? '';
  return {
    of: 'service',
    field: `storage.volumes.*.${field}`,
    how,
    base,
    around: (scene) => [`service.${path(scene)}`],
    otherwise: (scene, root) => ({ container: (args) => ({ ...args, options: change(args.options, scene, root) }) }),
    acts: async ({ root }) => root,
    finds: (scene, told) => finds(scene, typeof told === 'string' ? told : ''),
  };
}

/** The mount at a path is this one; `null` for none. */
function mounted(all: Options, path: string, text: string | null): Options {
  return withEntry(all, '--mount', `target=${path},`, text === null ? null : `target=${path},${text}`);
}

function mountFound(path: string, values: readonly [Json, Json], field: string | null, more: Partial<ToFind>): ToFind {
  const index = INDEX[path];
  return {
    ...found('service', '', values, { severity: 'error', ...more }),
    names: ['storage', 'volumes', path, ...(field === null ? [] : [field])],
    at: ['storage', 'volumes', ...(index === undefined ? [] : [index, ...(field === null ? [] : [field])])],
  };
}

interface Mount {
  readonly volume?: string;
  readonly host_path?: string;
  readonly mode?: string;
  readonly content?: string;
}

function mountAt(path: string, { volume, host_path: host, mode = 'rw', content }: Mount): Json {
  return {
    type: host === undefined ? 'volume' : 'bind',
    volume: volume ?? null,
    host_path: host ?? null,
    container_path: path,
    mode,
    content: content ?? null,
  };
}

const MOUNTS: readonly WorldRow[] = [
  mount(
    'type',
    'a host path in the place of a volume',
    'full',
    (all, _, root) => mounted(all, DATA, `type=bind,source=${root}/conf,readonly`),
    ({ volume }, root) => [
      mountFound(DATA, [join(root, 'conf'), null], 'host_path', { severity: 'critical' }),
      mountFound(DATA, ['bind', 'volume'], 'type', {}),
      mountFound(DATA, [null, volume], 'volume', {}),
    ],
  ),
  mount(
    'type',
    'a host path outside of the repo in the place of a volume',
    'full',
    (all) => mounted(all, DATA, 'type=bind,source=/tmp,readonly'),
    ({ volume }) => [
      mountFound(DATA, ['/tmp', null], 'host_path', { severity: 'critical', byHand: 'place' }),
      mountFound(DATA, ['bind', 'volume'], 'type', { byHand: 'place' }),
      mountFound(DATA, [null, volume], 'volume', { byHand: 'place' }),
    ],
  ),
  mount(
    'volume',
    'set',
    'bare',
    (all) => mounted(all, '/srv', 'type=volume,source=shop_spare,readonly'),
    () => [mountFound('/srv', [mountAt('/srv', { volume: 'spare', mode: 'ro' }), null], null, {})],
  ),
  mount(
    'volume',
    'set to one that nobody declares',
    'bare',
    (all, { key }) => mounted(all, '/mine', `type=volume,source=mine-${key}`),
    ({ key }) => [
      mountFound('/mine', [mountAt('/mine', { volume: `mine-${key}` }), null], null, { byHand: 'undeclared' }),
    ],
  ),
  mount(
    'volume',
    'changed',
    'full',
    (all) => mounted(all, DATA, 'type=volume,source=shop_spare,readonly'),
    ({ volume }) => [mountFound(DATA, ['spare', volume], 'volume', {})],
  ),
  mount(
    'volume',
    'taken away',
    'full',
    (all) => mounted(all, DATA, null),
    ({ volume }) => [mountFound(DATA, [null, mountAt(DATA, { volume, mode: 'ro' })], null, {})],
  ),
  mount(
    'volume',
    'its name taken away',
    'full',
    (all) => mounted(all, DATA, 'type=volume'),
    ({ volume }) => [
      mountFound(DATA, ['rw', 'ro'], 'mode', { severity: 'critical' }),
      mountFound(DATA, [null, volume], 'volume', {}),
    ],
  ),
  mount(
    'volume',
    'one without a name set',
    'bare',
    (all) => mounted(all, '/more', 'type=volume'),
    () => [mountFound('/more', [mountAt('/more', {}), null], null, {})],
  ),
  mount(
    'volume',
    'one without a name taken away',
    'full',
    (all) => mounted(all, ANONYMOUS, null),
    () => [mountFound(ANONYMOUS, [null, mountAt(ANONYMOUS, {})], null, {})],
  ),
  mount(
    'host_path',
    'set',
    'bare',
    (all, _, root) => mounted(all, '/host', `type=bind,source=${root}/conf,readonly`),
    (_, root) => [
      mountFound('/host', [mountAt('/host', { host_path: join(root, 'conf'), mode: 'ro' }), null], null, {}),
    ],
  ),
  mount(
    'host_path',
    'set to one outside of the repo',
    'bare',
    (all) => mounted(all, '/outside', 'type=bind,source=/tmp,readonly'),
    () => [
      mountFound('/outside', [mountAt('/outside', { host_path: '/tmp', mode: 'ro' }), null], null, { byHand: 'place' }),
    ],
  ),
  mount(
    'host_path',
    'changed',
    'full',
    (all, scene, root) => mounted(all, CONF, `type=bind,source=${join(root, otherOf(scene))},readonly`),
    (scene, root) => [
      mountFound(CONF, [join(root, otherOf(scene)), join(root, confOf(scene))], 'host_path', { severity: 'critical' }),
    ],
  ),
  mount(
    'host_path',
    'taken away',
    'full',
    (all) => mounted(all, CONF, null),
    (scene, root) => [
      mountFound(
        CONF,
        [null, mountAt(CONF, { host_path: join(root, confOf(scene)), mode: 'ro', content: digest('one\n') })],
        null,
        {},
      ),
    ],
  ),
  mount(
    'container_path',
    'changed',
    'full',
    (all, { volume }) => mounted(mounted(all, DATA, null), '/srv', `type=volume,source=shop_${volume},readonly`),
    ({ volume }) => [
      mountFound(DATA, [null, mountAt(DATA, { volume, mode: 'ro' })], null, {}),
      mountFound('/srv', [mountAt('/srv', { volume, mode: 'ro' }), null], null, {}),
    ],
  ),
  mount(
    'mode',
    'set',
    'full',
    (all, scene, root) => mounted(all, LIVE, `type=bind,source=${join(root, liveOf(scene))},readonly`),
    () => [mountFound(LIVE, ['ro', 'rw'], 'mode', { severity: 'critical' })],
  ),
  mount(
    'mode',
    'taken away',
    'full',
    (all, { volume }) => mounted(all, DATA, `type=volume,source=shop_${volume}`),
    () => [mountFound(DATA, ['rw', 'ro'], 'mode', { severity: 'critical' })],
  ),
  done(
    { field: 'storage.volumes.*.watch_content', how: 'the file changed from inside', base: 'full' },
    ({ docker, container }) => docker('exec', '--user', 'root', container, 'sh', '-c', `echo two >${LIVE}`),
    [mountFound(LIVE, [digest('one\n'), digest('two\n')], 'content', { severity: 'warning', byHand: 'content' })],
  ),
];

const SCRATCH = '/scratch';

function tmpfs(
  field: string,
  how: string,
  given: string | null,
  values: readonly [Json, Json],
  says: Readonly<Record<string, Json>> = { size: '1MiB', mode: '1777' },
): WorldRow {
  return remade(
    {
      field: `storage.tmpfs.*.${field}`,
      how,
      base: 'full',
      says: () => ({ service: { 'storage.tmpfs': [{ container_path: SCRATCH, ...says }] } }),
    },
    options((all) => withEntry(all, '--tmpfs', `${SCRATCH}:`, given === null ? null : `${SCRATCH}:${given}`)),
    [
      {
        ...found('service', '', values),
        names: ['storage', 'tmpfs', SCRATCH, field],
        at: ['storage', 'tmpfs', '0', field],
      },
    ],
  );
}

function memoryAt(path: string, values: readonly [Json, Json], at: readonly string[]): ToFind {
  return {
    ...found('service', '', values),
    names: ['storage', 'tmpfs', path],
    at: ['storage', 'tmpfs', ...at],
  };
}

const memory = (path: string, size: string | null = null, mode: string | null = null): Json => ({
  container_path: path,
  size,
  mode,
});

const TMPFS: readonly WorldRow[] = [
  remade(
    { field: 'storage.tmpfs.*.container_path', how: 'set', base: 'bare' },
    options((all) => [...all, ['--tmpfs', '/scrap:size=2m,mode=700']]),
    [memoryAt('/scrap', [memory('/scrap', '2MiB', '700'), null], [])],
  ),
  remade(
    { field: 'storage.tmpfs.*.container_path', how: 'changed', base: 'full' },
    options((all) => [...withEntry(all, '--tmpfs', SCRATCH, null), ['--tmpfs', '/scrap']]),
    [
      memoryAt('/scrap', [memory('/scrap'), null], []),
      memoryAt(SCRATCH, [null, memory(SCRATCH, '1MiB', '1777')], ['0']),
    ],
  ),
  remade(
    { field: 'storage.tmpfs.*.container_path', how: 'taken away', base: 'full' },
    options((all) => withEntry(all, '--tmpfs', SCRATCH, null)),
    [memoryAt(SCRATCH, [null, memory(SCRATCH, '1MiB', '1777')], ['0'])],
  ),
  tmpfs('size', 'set', 'size=3m,mode=1777', ['3MiB', null], { mode: '1777' }),
  tmpfs('size', 'changed', 'size=3m,mode=1777', ['3MiB', '1MiB']),
  tmpfs('size', 'taken away', 'mode=1777', [null, '1MiB']),
  tmpfs('mode', 'set', 'size=1m,mode=700', ['700', null], { size: '1MiB' }),
  tmpfs('mode', 'changed', 'size=1m,mode=700', ['700', '1777']),
  tmpfs('mode', 'taken away', 'size=1m', [null, '1777']),
];

export const STORAGE_ROWS: readonly AnyWorldRow[] = [...MOUNTS, ...TMPFS];
