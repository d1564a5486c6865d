/** Ways to files of the host: paths, links, volumes that are something else, and what lies in the clone but is not the author's. */
import { adds, type Escape, HARMLESS, MARK as X, MANIFEST, otherwise } from './escape.ts';

function mounts(name: string, item: string): Escape {
  return adds(name, '    storage:', '      volumes:', `        - ${item} ${X}`);
}

function throughLink(name: string, link: string, target: string, item: string): Escape {
  return otherwise(mounts(name, item), { links: { [link]: target } });
}

export const STORAGE: readonly Escape[] = [
  mounts("the engine's socket", '/var/run/docker.sock:/var/run/docker.sock'),
  mounts("the engine's socket, read-only", '"/var/run/docker.sock:/s:ro"'),
  mounts('the root of the host', '/:/host:ro'),
  mounts('the home of the operator', '"~/.ssh:/ssh:ro"'),
  mounts('the home of the operator by a variable', `"\${HOME:-/root}:/home:ro"`),
  mounts('a folder above the clone', '../../..:/up:ro'),
  mounts('a folder above the clone, through one in it', './a/../../../../etc:/up:ro'),
  mounts('the whole clone', '../..:/all:ro'),
  mounts('the git folder', '../../.git:/git:ro'),
  mounts('a file of the git folder, in other letters', '../../.GIT/config:/git:ro'),
  mounts('the state of trueup', '../../.trueup:/state:ro'),
  mounts('something that can be written to', './data:/data'),
  mounts('something that can be written to, said so', './data:/data:rw'),
  mounts('something that can be written to, in the long form', '{ host_path: ./data, container_path: /data }'),
  mounts('a path of the host in the long form', '{ type: bind, host_path: /etc, container_path: /e, mode: ro }'),
  mounts('a bind without a path', '{ type: bind, volume: data, container_path: /e, mode: rw }'),
  mounts('another kind of mount', '{ type: npipe, host_path: ./x, container_path: /e, mode: ro }'),
  mounts('a mount that spreads', '{ host_path: ./data, container_path: /e, mode: ro, propagation: rshared }'),
  otherwise(mounts('an option of a mount', './data:/data:z'), { codes: ['not_allowed', 'invalid_value'] }),
  otherwise(mounts('a path of Windows', String.raw`'C:\Windows:/w:ro'`), { codes: ['not_allowed', 'invalid_value'] }),
  mounts('a path of Windows in the long form', String.raw`{ host_path: 'C:\Windows', container_path: /w, mode: ro }`),
  mounts('a path of Windows with slashes', '{ host_path: "c:/Windows", container_path: /w, mode: ro }'),
  mounts('a share', String.raw`{ host_path: '\\server\share', container_path: /w, mode: ro }`),
  mounts('backslashes that go up', String.raw`{ host_path: './..\..\..\etc', container_path: /w, mode: ro }`),
  otherwise(mounts('a volume that goes up', '"..:/x"'), { codes: ['not_allowed'] }),
  otherwise(mounts('a volume whose name is a path', '"data/../../etc:/x"'), {
    codes: ['not_allowed', 'unknown_reference'],
  }),
  otherwise(mounts('a volume of somebody else by its name', '"shop_db-data:/x"'), {
    codes: ['not_allowed', 'unknown_reference'],
  }),
  mounts('a place in the container that goes up', '{ host_path: ./data, container_path: /a/../../x, mode: ro }'),
  throughLink('a link to a folder of the host', 'environments/demo/data', '/etc', './data:/data:ro'),
  throughLink(
    'a link to the file of a key',
    'environments/demo/key',
    '../../../../../root/.ssh/id_rsa',
    './key:/key:ro',
  ),
  throughLink('a link in the middle of a path', 'environments/demo/a', '../../..', './a/x:/key:ro'),
  throughLink('a link to the git folder', 'environments/demo/g', '../../.git', './g:/g:ro'),
  throughLink('a link that leads nowhere yet', 'environments/demo/later', '/nowhere/yet', './later:/l:ro'),
  throughLink('a link to itself', 'environments/demo/loop', 'loop', './loop:/l:ro'),
  throughLink('a link to a process', 'environments/demo/self', '/proc/self/environ', './self:/l:ro'),
  {
    name: 'a manifest that is a link to a file of the host',
    files: { [MANIFEST]: `${HARMLESS.join('\n')}\n` },
    links: { 'environments/demo/passwd.yaml': '/etc/passwd' },
    codes: ['invalid_path'],
  },
  {
    name: 'an environment that is a link to a folder of the host',
    files: { [MANIFEST]: `${HARMLESS.join('\n')}\n` },
    links: { 'environments/host': '/etc' },
    codes: ['invalid_path'],
    isBeside: true,
  },
  {
    name: 'a base that is a link to a folder of the host',
    files: { [MANIFEST]: `extends: ../../base\n${HARMLESS.join('\n')}\n` },
    links: { base: '/etc' },
    codes: ['invalid_path'],
  },
  otherwise(adds('a base above the clone', `extends: ../../../etc ${X}`), { codes: ['invalid_reference'] }),
  adds(
    'a volume that is a folder of the host',
    'volumes:',
    `  data: { driver_opts: { type: none, o: bind, device: /etc } } ${X}`,
  ),
  adds('a volume with one option', 'volumes:', '  data:', `    driver_opts: { device: tmpfs } ${X}`),
  adds('a volume of another driver', 'volumes:', `  data: { driver: vieux/sshfs } ${X}`),
  adds('a volume of somebody else', 'volumes:', `  data: { external: true } ${X}`),
  adds('the volume of somebody else by its name', 'volumes:', `  data: { name: shop_db-data } ${X}`),
  adds('a volume that is a bind', 'volumes:', `  data: { type: bind_mount } ${X}`),
  adds('an adopted volume', 'volumes:', `  data: { adopted: { name: shop_db-data } } ${X}`),
  adds(
    'snapshots that fill the disk',
    'volumes:',
    `  data: { metadata: { backup_enabled: true, backups_kept: 1000000 } } ${X}`,
  ),
  adds('memory without end for files', '    storage:', `      tmpfs: /tmp ${X}`),
  adds('memory without end for files, in a list', '    storage:', `      tmpfs: ["/tmp:mode=1777"] ${X}`),
  adds('a lot of memory for files', '    storage:', `      tmpfs: ["/tmp:size=64g"] ${X}`),
  adds('files in memory of which none is no limit', '    storage:', `      tmpfs: ["/tmp:size=0"] ${X}`),
  adds(
    'files in memory of which none is no limit, in the long form',
    '    storage:',
    '      tmpfs:',
    '        - container_path: /tmp',
    `          size: "0.0m" ${X}`,
  ),
  adds('files in memory that round to none', '    storage:', `      tmpfs: "/tmp:size=0.4b" ${X}`),
  adds(
    'options of files in memory',
    '    storage:',
    `      tmpfs: [{ container_path: /tmp, size: 1MiB, options: exec }] ${X}`,
  ),
  adds(
    'a way back in the path of a volume',
    '    storage:',
    `      volumes: ["data:/x/../y"] ${X}`,
    'volumes: { data: {} }',
  ),
  adds('a way above the top of a container', '    storage:', `      volumes: ["/../x"] ${X}`),
  adds('a way back in the path of files in memory', '    storage:', `      tmpfs: ["/x/../y:size=1m"] ${X}`),
  adds('a volume over the processes', '    storage:', `      volumes: ["data:/proc"] ${X}`, 'volumes: { data: {} }'),
  adds(
    'a volume over one process',
    '    storage:',
    '      volumes:',
    `        - { volume: data, container_path: /proc/self } ${X}`,
    'volumes: { data: {} }',
  ),
  adds('files in memory over what the kernel shows', '    storage:', `      tmpfs: "/sys/fs:size=1m" ${X}`),
];
