/**
 * The container engines that the tests run on, each by itself in a private namespace: how it is obtained, what it needs of
 * the machine, and how it is started. What cannot be had is said with the reason, so that its tests are skipped by name.
 */
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { buildCurrentEngine } from './build-current-engine.ts';
import { BUILT_PROGRAMS } from './build-programs.ts';

export const ENGINE_KINDS = ['debian', 'current', 'podman'] as const;

export type EngineKind = (typeof ENGINE_KINDS)[number];

export interface EngineRecipe {
  /** For people. */
  readonly title: string;
  /** Programs that it and its tests call, and where they come from. */
  readonly programs: Readonly<Record<string, string>>;
  /** Makes it; resolves with a reason where that is impossible here. */
  obtain(): Promise<string | null>;
  /** Where its programs are looked for before anywhere else. */
  readonly folder: string | null;
  /** Files below its folder that it is to find. */
  readonly files: Readonly<Record<string, string>>;
  environment(folder: string): Readonly<Record<string, string>>;
  /** The command that serves the API on a socket and keeps all that it has below a folder. */
  command(folder: string, socket: string): readonly [string, ...string[]];
}

/** What every engine needs: namespaces of its own, an image, addresses. */
const NAMESPACES = { unshare: 'util-linux', mount: 'mount', ip: 'iproute2', busybox: 'busybox-static', tar: 'tar' };
const DOCKER = {
  ...NAMESPACES,
  dockerd: 'docker.io',
  'docker-init': 'docker.io',
  docker: 'docker.io',
  iptables: 'iptables',
};

export const RECIPES: Readonly<Record<EngineKind, EngineRecipe>> = {
  debian: {
    title: "Debian's Docker Engine",
    programs: DOCKER,
    obtain: async () => null,
    folder: null,
    files: {},
    environment: () => ({}),
    command: dockerd,
  },
  current: {
    title: 'the current Docker Engine, built from Go modules',
    // From Debian's package come the command line and the init process, which are no Go modules.
    programs: { ...DOCKER, flock: 'util-linux' },
    obtain: buildCurrentEngine,
    folder: BUILT_PROGRAMS,
    files: {},
    environment: () => ({}),
    command: dockerd,
  },
  podman: {
    title: "Debian's Podman",
    programs: { ...NAMESPACES, podman: 'podman', docker: 'docker.io', 'docker-init': 'docker.io' },
    obtain: async () => null,
    folder: null,
    // Debian has the init process that it looks for in a package that nothing asks for.
    files: { 'containers.conf': '[engine]\ninit_path = "/usr/bin/docker-init"\n' },
    environment: (folder) => ({ CONTAINERS_CONF: join(folder, 'containers.conf') }),
    command: (folder, socket) => [
      'podman',
      `--root=${join(folder, 'data')}`,
      `--runroot=${join(folder, 'exec')}`,
      `--tmpdir=${join(folder, 'tmp')}`,
      `--network-config-dir=${join(folder, 'networks')}`,
      '--cgroup-manager=cgroupfs',
      '--events-backend=file',
      'system',
      'service',
      '--time=0',
      `unix://${socket}`,
    ],
  },
};

function dockerd(folder: string, socket: string): readonly [string, ...string[]] {
  return [
    'dockerd',
    `--data-root=${join(folder, 'data')}`,
    `--exec-root=${join(folder, 'exec')}`,
    `--pidfile=${join(folder, 'pid')}`,
    `--host=unix://${socket}`,
    // Also where systemd manages the machine: it knows nothing of what is private.
    '--exec-opt=native.cgroupdriver=cgroupfs',
    '--default-address-pool=base=10.213.0.0/16,size=24',
    '--shutdown-timeout=2',
  ];
}

/** Makes an engine ready to be started; resolves with the reason where it cannot be had here. */
export async function obtainEngine(kind: EngineKind): Promise<string | null> {
  const { programs, obtain } = RECIPES[kind];
  if (process.platform !== 'linux') return 'engines are started on Linux only';
  if (process.getuid?.() !== 0) return 'namespaces of its own need root';
  for (const [program, from] of Object.entries(programs)) {
    if (!(await isOnPath(program))) return `there is no ${program} here, which the package ${from} has`;
  }
  return obtain();
}

/** PATH for an engine: its own folder first. */
export function pathFor(kind: EngineKind): string {
  const { folder } = RECIPES[kind];
  return [...(folder === null ? [] : [folder]), ...pathFolders()].join(delimiter);
}

async function isOnPath(program: string): Promise<boolean> {
  for (const folder of pathFolders()) {
    try {
      await access(join(folder, program), constants.X_OK);
      return true;
    } catch {
      continue;
    }
  }
  return false;
}

/** Engines live where only root looks. */
function pathFolders(): readonly string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return [...folders, ...['/usr/local/sbin', '/usr/sbin', '/sbin'].filter((folder) => !folders.includes(folder))];
}
