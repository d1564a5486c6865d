/**
 * A node image for kind, made of Debian packages and of programs from Go modules: there is no registry to fetch one from. Pods of
 * each node have the same range of addresses, so that those of different nodes do not reach each other; nothing gives out storage.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { BUILT_PROGRAMS, ENGINE_CACHE } from '../docker/build-programs.ts';
import { buildCurrentEngine } from '../docker/build-current-engine.ts';
import { toolchain } from '../docker/go-toolchain.ts';
import { buildKubernetes, KUBERNETES_VERSION, NODE_PROGRAMS } from '../kubernetes/build-kubernetes.ts';
import { baseSystem } from './base-system.ts';
import { writeComponentImages } from './component-images.ts';
import { type ImageConfig, writeImageArchive } from './image-archive.ts';

const run = promisify(execFile);

const VERSION = 3;

export const NODE_IMAGE: string = `kindest/node:v${KUBERNETES_VERSION}`;

const CONFIG: ImageConfig = {
  Env: ['container=docker'],
  StopSignal: 'SIGRTMIN+3',
  Entrypoint: ['/usr/local/bin/entrypoint', '/sbin/init'],
};

/** Where programs of a node are, by the folders that kind looks in. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  'usr/bin': ['kubelet', 'kubeadm', 'kubectl'],
  'usr/local/bin': ['containerd', 'containerd-shim-runc-v2', 'ctr'],
  'usr/local/sbin': ['runc'],
  'opt/cni/bin': ['bridge', 'host-local', 'loopback', 'portmap'],
};

const NETWORK = {
  cniVersion: '1.0.0',
  name: 'bridge',
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni0',
      isGateway: true,
      ipMasq: true,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        dataDir: '/run/cni',
        ranges: [[{ subnet: '10.244.0.0/24' }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
    { type: 'portmap', capabilities: { portMappings: true }, snat: true },
  ],
};

/** By their paths in a node. What kind would install are images of a registry. */
const FILES: Readonly<Record<string, string>> = {
  'kind/version': `v${KUBERNETES_VERSION}\n`,
  'kind/manifests/default-cni.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: no-cni, namespace: kube-system }\n',
  'kind/manifests/default-storage.yaml':
    'apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: { name: standard }\nprovisioner: kubernetes.io/no-provisioner\n',
  'etc/cni/net.d/10-bridge.conflist': JSON.stringify(NETWORK),
  'etc/systemd/system/containerd.service.d/images.conf': [
    '[Service]',
    // What a node has taken in, it still has when it is started again.
    "ExecStartPost=/bin/sh -c '[ -e /var/taken-in ] || for image in /kind/images/*; do ctr -n k8s.io images import --local $$image; done'",
    'ExecStartPost=touch /var/taken-in\n',
  ].join('\n'),
  // An API server whose etcd is gone waits for it, much longer than anybody wants to wait for a node to stop.
  'etc/systemd/system.conf.d/stop.conf': '[Manager]\nDefaultTimeoutStopSec=5s\n',
  'etc/systemd/system/kubelet.service.d/containerd.conf': '[Unit]\nAfter=containerd.service\n',
};

const ARCHIVE = join(ENGINE_CACHE, `kind-node-${KUBERNETES_VERSION}-${VERSION}.tar`);

export function isNodeArchiveThere(): boolean {
  return existsSync(ARCHIVE);
}

/** Resolves with the archive of the image, for `docker load`. The programs have to be there. */
export async function nodeArchive(): Promise<string> {
  const archive = ARCHIVE;
  if (isNodeArchiveThere()) return archive;
  const lacks = (await buildCurrentEngine()) ?? (await buildKubernetes(['kind', ...NODE_PROGRAMS]));
  if (lacks !== null) throw new Error(lacks);
  const base = await baseSystem();
  const work = await mkdtemp(join(ENGINE_CACHE, 'node-'));
  try {
    const root = join(work, 'node');
    await run('cp', ['-a', base, root]);
    await addKindsFiles(root);
    for (const [folder, names] of Object.entries(PLACES)) {
      await mkdir(join(root, folder), { recursive: true });
      for (const name of names) await cp(join(BUILT_PROGRAMS, name), join(root, folder, name));
    }
    await addFiles(root);
    await addImages(root, base);
    await settleSystem(root);
    await writeImageArchive(archive, { reference: NODE_IMAGE, root, config: CONFIG });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return archive;
}

/** The entrypoint, units for systemd, settings of containerd: from the module that kind itself was built from. */
async function addKindsFiles(root: string): Promise<void> {
  const { path } = await toolchain();
  const env = { ...process.env, PATH: path };
  const { stdout: said } = await run(join(BUILT_PROGRAMS, 'kind'), ['version']);
  const version = /v\d+\.\d+\.\d+\S*/.exec(said)?.[0] ?? '';
  const { stdout } = await run('go', ['mod', 'download', '-json', `sigs.k8s.io/kind@${version}`], { env });
  const { Dir: folder } = JSON.parse(stdout) as { readonly Dir: string };
  const files = join(folder, 'images/base/files');
  for (const name of ['etc', 'kind', 'usr']) await run('cp', ['-r', '--no-preserve=mode', join(files, name), root]);
  // A module cannot say which of its files are programs.
  for (const place of ['usr/local/bin', 'kind/bin'])
    for (const name of await readdir(join(files, place))) await chmod(join(root, place, name), 0o755);
}

async function addFiles(root: string): Promise<void> {
  await mkdir(join(root, 'etc/kubernetes/manifests'), { recursive: true });
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

async function addImages(root: string, base: string): Promise<void> {
  const folder = join(root, 'kind/images');
  await mkdir(folder, { recursive: true });
  const sandbox = await writeComponentImages(folder, base);
  const settings = join(root, 'etc/containerd/config.toml');
  const text = await readFile(settings, 'utf8');
  await writeFile(
    settings,
    text
      .replace(/sandbox_image = .*/, `sandbox_image = "${sandbox}"`)
      // Where the root of the machine may not lower a score, no pod would start.
      .replace('restrict_oom_score_adj = false', 'restrict_oom_score_adj = true'),
  );
  // kind's hook hides the names that the machine's firmware has; no limits, to inherit those of containerd.
  const { stdout } = await run(join(BUILT_PROGRAMS, 'ctr'), ['oci', 'spec']);
  const spec = JSON.parse(stdout) as { readonly process: Readonly<Record<string, unknown>> };
  const { rlimits: _limits, ...rest } = spec.process;
  const hooks = { createContainer: [{ path: '/kind/bin/mount-product-files.sh' }] };
  await writeFile(join(root, 'etc/containerd/cri-base.json'), JSON.stringify({ ...spec, hooks, process: rest }));
}

/** systemd starts what a node needs, and nothing that belongs to a whole machine; most of Debian's sysctls would be the host's. */
async function settleSystem(root: string): Promise<void> {
  const shell = async (script: string): Promise<void> => void (await run('sh', ['-c', script], { cwd: root }));
  await shell('rm -f etc/systemd/system/*.wants/* usr/lib/sysctl.d/* etc/sysctl.d/99-sysctl.conf');
  await shell(
    `cd usr/lib/systemd/system && rm -f multi-user.target.wants/* local-fs.target.wants/* basic.target.wants/* \
sockets.target.wants/*udev* sockets.target.wants/*initctl* sysinit.target.wants/systemd-tmpfiles-setup.service`,
  );
  await appendFile(join(root, 'etc/systemd/journald.conf'), 'ReadKMsg=no\n');
  await rm(join(root, 'sbin/init'), { force: true });
  await symlink('/usr/lib/systemd/systemd', join(root, 'sbin/init'));
  await run('chroot', [root, 'systemctl', '--quiet', 'enable', 'containerd', 'kubelet', 'undo-mount-hacks']);
  await run('chroot', [root, 'systemctl', '--quiet', 'mask', 'systemd-binfmt']);
}
