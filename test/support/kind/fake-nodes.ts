/** Node containers as the engine describes them, with defaults, for tests of what is read from that. */
import type { JsonObject } from '../../../src/model/json.ts';
import { markPath } from '../../../src/drivers/kind/marks.ts';
import type { LiveCluster } from '../../../src/drivers/kind/observe/sight.ts';
import type { Ownership } from '../../../src/model/observed.ts';

export const OWNERSHIP: Ownership = {
  owner: 'owner-1',
  project: 'shop',
  environment: 'local',
  address: 'cluster.dev',
  checkout: null,
  created_revision: null,
};

/** A cluster that answers, with nothing in it. */
export const LIVE: LiveCluster = {
  version: '1.36.3',
  carried: { control_plane: {}, workers: {} },
  addons: {},
  isWhole: true,
  isMade: true,
  contents: { objects: [], images: [] },
};

export interface FakeNode {
  readonly role?: string;
  readonly state?: string;
  readonly cluster?: string;
  readonly ownership?: Ownership | null;
  readonly binds?: readonly string[];
  readonly ports?: JsonObject;
}

export function fakeNode(name: string, options: FakeNode = {}): JsonObject {
  const { role = 'control-plane', state = 'running', cluster = 'shop-dev', binds = [], ports = {} } = options;
  const { ownership = OWNERSHIP } = options;
  const mark = ownership === null ? [] : [`/dev/null:${markPath(ownership)}:ro`];
  const api = role === 'worker' ? {} : { '6443/tcp': [{ HostIp: '127.0.0.1', HostPort: '40123' }] };
  return {
    Id: `id-of-${name}`,
    Name: `/${name}`,
    Created: '2026-01-01T00:00:00Z',
    State: { Status: state, StartedAt: '2026-01-02T00:00:00Z' },
    Config: { Image: 'kindest/node:v1.36.3', Labels: { 'io.x-k8s.kind.cluster': cluster, 'io.x-k8s.kind.role': role } },
    HostConfig: { Binds: [...mark, '/lib/modules:/lib/modules:ro', ...binds], PortBindings: { ...api, ...ports } },
    NetworkSettings: { Networks: { kind: { IPAddress: '172.18.0.2' } } },
  };
}

/** The folder of a control plane that is whole. */
export function controlFiles(changed: Readonly<Record<string, string | null>> = {}): ReadonlyMap<string, string> {
  const signed = ['apiserver', 'apiserver-kubelet-client', 'apiserver-etcd-client', 'front-proxy-client'];
  const pairs = ['ca', 'front-proxy-ca', 'etcd/ca', 'etcd/server', 'etcd/peer'].concat(signed);
  const plain = ['manifests/etcd.yaml', 'manifests/kube-scheduler.yaml', 'controller-manager.conf', 'scheduler.conf'];
  const names = plain.concat(
    ['pki/sa.key', 'pki/sa.pub'],
    pairs.flatMap((name) => [`pki/${name}.crt`, `pki/${name}.key`]),
  );
  const files: Readonly<Record<string, string | null>> = {
    ...Object.fromEntries(names.map((name) => [name, 'something'])),
    'admin.conf': ADMIN,
    'manifests/kube-apiserver.yaml': podOf('registry.k8s.io/kube-apiserver:v1.36.3', [
      '--service-cluster-ip-range=10.96.0.0/16',
      '--feature-gates=A=true,B=false',
    ]),
    'manifests/kube-controller-manager.yaml': podOf('x', ['--cluster-cidr=10.244.0.0/16']),
    ...changed,
  };
  return new Map(Object.entries(files).flatMap(([name, text]) => (text === null ? [] : [[name, text]])));
}

const ADMIN = `apiVersion: v1
kind: Config
clusters: [{ name: a, cluster: { server: "https://shop-dev-control-plane:6443", certificate-authority-data: Y2E= } }]
users: [{ name: b, user: { client-certificate-data: Y2VydA==, client-key-data: a2V5 } }]
contexts: [{ name: c, context: { cluster: a, user: b } }]
current-context: c
`;

function podOf(image: string, args: readonly string[]): string {
  return `spec:\n  containers:\n  - image: ${image}\n    command:\n    - program\n${args.map((arg) => `    - ${arg}\n`).join('')}`;
}
