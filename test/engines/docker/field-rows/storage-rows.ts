/** Mounted volumes, files and memory: `storage`. */
import { fieldPath } from '../../../../src/model/field-path.ts';
import type { Json } from '../../../../src/model/json.ts';
import {
  type AnyRow,
  at,
  elsewhere,
  isRecord,
  lifted,
  replaces,
  type Row,
  type Seen,
} from '../../../support/docker/fields/row.ts';
import { baseOf, type Scene } from '../../../support/docker/fields/scene.ts';

const MIB = 2 ** 20;

const mounts = ({ container }: Seen): readonly Readonly<Record<string, unknown>>[] => {
  const found = at(container, 'Mounts');
  return Array.isArray(found) ? found.filter(isRecord) : [];
};

const mountAt = (seen: Seen, target: string): Readonly<Record<string, unknown>> =>
  mounts(seen).find(({ Destination: destination }) => destination === target) ?? {};

function mount(
  field: string,
  change: (scene: Scene) => readonly [index: number, mount: Json],
  differs: readonly (readonly string[])[],
  shown: Row['shown'],
  values: readonly [unknown, unknown],
): Row {
  return {
    field: `storage.volumes.*.${field}`,
    of: 'service',
    edit: (scene) => {
      const [index, value] = change(scene);
      const { volumes } = baseOf(scene).service['storage'] as { readonly volumes: readonly Json[] };
      return { service: { 'storage.volumes': volumes.with(index, value) } };
    },
    differs: () => differs.map((names) => fieldPath('storage', 'volumes', ...names)),
    keeps: false,
    shown,
    before: values[0],
    after: values[1],
  };
}

/** The mount is taken away altogether. */
function unmounted(field: string, index: number, path: string): Row {
  return {
    ...mount(
      field,
      () => [index, null],
      [[path]],
      (seen) => mountAt(seen, path)['Destination'],
      [path, undefined],
    ),
    variant: 'lifted along with the mount',
    edit: (scene) => {
      const { volumes } = baseOf(scene).service['storage'] as { readonly volumes: readonly Json[] };
      return { service: { 'storage.volumes': volumes.toSpliced(index, 1) } };
    },
  };
}

const CONFIG_FILE = '/etc/app.conf';

export const STORAGE_ROWS: readonly AnyRow[] = [
  mount(
    'type',
    () => [0, { container_path: '/data', host_path: '../../environments', mode: 'ro' }],
    [
      ['/data', 'type'],
      ['/data', 'volume'],
      ['/data', 'host_path'],
    ],
    (seen) => mountAt(seen, '/data')['Type'],
    ['volume', 'bind'],
  ),
  unmounted('volume', 0, '/data'),
  unmounted('host_path', 1, CONFIG_FILE),
  mount(
    'volume',
    () => [0, { volume: 'spare', container_path: '/data', mode: 'ro' }],
    [['/data', 'volume']],
    (seen) => mountAt(seen, '/data')['Name'] === 'shop_spare',
    [false, true],
  ),
  mount(
    'host_path',
    () => [1, { host_path: '../../more.conf', container_path: CONFIG_FILE, mode: 'ro', watch_content: 'restart' }],
    [[CONFIG_FILE, 'host_path']],
    (seen) => String(mountAt(seen, CONFIG_FILE)['Source']).split('/').at(-1),
    ['app.conf', 'more.conf'],
  ),
  mount(
    'container_path',
    ({ volume }) => [0, { volume, container_path: '/srv', mode: 'ro' }],
    [['/data'], ['/srv']],
    (seen) => ['/data', '/srv'].filter((target) => mountAt(seen, target)['Type'] === 'volume'),
    [['/data'], ['/srv']],
  ),
  mount(
    'mode',
    ({ volume }) => [0, { volume, container_path: '/data', mode: 'rw' }],
    [['/data', 'mode']],
    (seen) => mountAt(seen, '/data')['RW'],
    [false, true],
  ),
  elsewhere('service', 'storage.volumes.*.watch_content', 'life.test.ts: a mounted file that changes'),
  {
    ...replaces('storage.tmpfs.*.container_path', null, { shown: 'HostConfig.Tmpfs', before: null, after: null }),
    edit: () => ({ service: { 'storage.tmpfs': [{ container_path: '/scrap', size: '1MiB', mode: '1777' }] } }),
    differs: () => [fieldPath('storage', 'tmpfs', '/scrap'), fieldPath('storage', 'tmpfs', '/scratch')],
    shown: tmpfsPaths,
    before: ['/scratch'],
    after: ['/scrap'],
  },
  {
    ...lifted('storage.tmpfs.*.container_path', { shown: 'HostConfig.Tmpfs', before: ['/scratch'], after: [] }),
    edit: () => ({ service: { 'storage.tmpfs': undefined } }),
    differs: () => [fieldPath('storage', 'tmpfs', '/scratch')],
    shown: tmpfsPaths,
  },
  tmpfs('size', undefined, /size=(\d+)/, [String(MIB), undefined]),
  tmpfs('mode', undefined, /mode=0?(\d+)/, ['1777', undefined]),
  tmpfs('size', '2MiB', /size=(\d+)/, [String(MIB), String(2 * MIB)]),
  tmpfs('mode', '0700', /mode=0?(\d+)/, ['1777', '700']),
];

function tmpfsPaths({ container }: Seen): unknown {
  const found = at(container, 'HostConfig.Tmpfs');
  return isRecord(found) ? Object.keys(found) : [];
}

function tmpfs(
  field: 'size' | 'mode',
  value: string | undefined,
  pattern: RegExp,
  values: readonly [string, string | undefined],
): Row {
  const base = { container_path: '/scratch', size: '1MiB', mode: '1777' };
  const { [field]: _, ...rest } = base;
  return {
    ...(value === undefined ? { variant: 'lifted' } : {}),
    field: `storage.tmpfs.*.${field}`,
    of: 'service',
    edit: () => ({ service: { 'storage.tmpfs': [value === undefined ? rest : { ...base, [field]: value }] } }),
    differs: () => [fieldPath('storage', 'tmpfs', '/scratch', field)],
    keeps: false,
    shown: ({ container }) => {
      const found = at(container, 'HostConfig.Tmpfs');
      return pattern.exec(String(isRecord(found) ? found['/scratch'] : ''))?.[1];
    },
    before: values[0],
    after: values[1],
  };
}
