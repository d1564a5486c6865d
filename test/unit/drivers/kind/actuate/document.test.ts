import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { clusterDocument } from '../../../../../src/drivers/kind/actuate/document.ts';
import { parseMarkPath } from '../../../../../src/drivers/kind/marks.ts';
import type { Ownership } from '../../../../../src/model/observed.ts';

const OWNERSHIP: Ownership = {
  owner: 'o',
  project: 'shop',
  environment: 'local',
  address: 'cluster.dev',
  checkout: null,
  created_revision: null,
};

const CONFIG = {
  nodes: { control_plane: { count: 2 }, workers: { count: 1 } },
  port_mappings: { '8080': { host_ip: '127.0.0.1', host_port: 8080, node_port: 30_080, protocol: 'udp' } },
  mounts: { '/src': { host_path: '/home/me/src', node_path: '/src', mode: 'ro' } },
  pod_subnet: '10.99.0.0/16',
  feature_gates: { A: false },
  driver_options: {
    image: 'kindest/node:mine',
    networking: { ipFamily: 'ipv4' },
    containerdConfigPatches: ['own'],
  },
};

interface Document {
  readonly networking: object;
  readonly featureGates: object;
  readonly containerdConfigPatches: readonly string[];
  readonly image?: string;
  readonly nodes: readonly {
    readonly role: string;
    readonly extraMounts: readonly { readonly hostPath: string; readonly containerPath: string }[];
    readonly extraPortMappings?: readonly object[];
  }[];
}

const DOCUMENT = parse(clusterDocument(CONFIG, OWNERSHIP)) as Document;

test('every node carries the mark, and the mounts', () => {
  expect(DOCUMENT.nodes.map(({ role }) => role)).toEqual(['control-plane', 'control-plane', 'worker']);
  for (const {
    extraMounts: [mark, mount],
  } of DOCUMENT.nodes) {
    expect(parseMarkPath(mark?.containerPath ?? '')).toEqual(OWNERSHIP);
    expect(mount).toEqual({ hostPath: '/home/me/src', containerPath: '/src', readOnly: true });
  }
});

test('ports are those of the first control plane node', () => {
  expect(DOCUMENT.nodes.map(({ extraPortMappings: ports }) => ports?.length ?? 0)).toEqual([1, 0, 0]);
  expect(DOCUMENT.nodes[0]?.extraPortMappings).toEqual([
    { listenAddress: '127.0.0.1', hostPort: 8080, containerPort: 30_080, protocol: 'UDP' },
  ]);
});

test('options stand beside what fields say, and the image is no part of the file', () => {
  expect(DOCUMENT.networking).toEqual({ ipFamily: 'ipv4', podSubnet: '10.99.0.0/16' });
  expect(DOCUMENT.featureGates).toEqual({ A: false });
  expect(DOCUMENT.containerdConfigPatches.at(-1)).toBe('own');
  expect(DOCUMENT.image).toBeUndefined();
});

test('nodes of both generations of containerd look for mirrors where we write them', () => {
  const versions = DOCUMENT.containerdConfigPatches.slice(0, 2).map((patch) => /^version = \d/.exec(patch)?.[0]);

  expect(versions).toEqual(['version = 2', 'version = 3']);
  expect(DOCUMENT.containerdConfigPatches[0]).toContain('config_path = "/etc/containerd/certs.d"');
});
