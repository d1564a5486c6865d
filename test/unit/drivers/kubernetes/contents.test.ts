import { expect, test } from 'vitest';
import { askContents, type Contents, goesAlong } from '../../../../src/drivers/kubernetes/contents.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import { scriptedApi } from './scripted-api.ts';

const { signal } = new AbortController();

interface Held {
  readonly namespaces?: readonly string[];
  readonly volumes?: readonly string[];
  readonly pods?: readonly JsonObject[];
  readonly nodes?: readonly JsonObject[];
}

function contentsOf({ namespaces = [], volumes = [], pods = [], nodes = [] }: Held): Promise<Contents> {
  const named = (names: readonly string[]): JsonObject => ({ items: names.map((name) => ({ metadata: { name } })) });
  const api = scriptedApi({
    'GET /api/v1/namespaces': named(namespaces),
    'GET /api/v1/persistentvolumes': named(volumes),
    'GET /api/v1/pods': { items: [...pods] },
  });
  return askContents(api, Promise.resolve({ items: nodes }), signal);
}

function pod(name: string, namespace: string, image: string): JsonObject {
  return { metadata: { name, namespace }, spec: { containers: [{ name, image }] } };
}

function node(...images: readonly (readonly string[])[]): JsonObject {
  return { status: { images: images.map((names) => ({ names: [...names] })) } };
}

test('what every cluster has is nothing to lose', async () => {
  const contents = await contentsOf({
    namespaces: ['default', 'kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage'],
    pods: [pod('coredns', 'kube-system', 'registry.k8s.io/coredns/coredns:v1.12.1')],
    nodes: [
      node(
        ['registry.k8s.io/etcd:3.6.4-0', 'registry.k8s.io/etcd@sha256:e36c'],
        ['registry.k8s.io/kube-apiserver-amd64:v1.36.3', 'registry.k8s.io/kube-apiserver:v1.36.3'],
        ['registry.k8s.io/kube-controller-manager:v1.36.3'],
        ['registry.k8s.io/kube-proxy:v1.36.3'],
        ['registry.k8s.io/coredns/coredns:v1.12.1'],
        ['registry.k8s.io/pause:3.10'],
        ['docker.io/kindest/kindnetd:v2026'],
      ),
    ],
  });

  expect(contents).toEqual({ objects: [], images: [] });
});

test('what somebody made is counted, and named', async () => {
  const contents = await contentsOf({
    namespaces: ['default', 'a', 'b', 'c', 'd', 'e', 'f'],
    volumes: ['data'],
    pods: [pod('web', 'shop', 'web:1'), pod('api', 'default', 'api:1')],
  });

  expect(contents.objects).toEqual(['6 namespaces (a, b, c, d, e, …)', '1 persistent volume (data)', '2 pods']);
});

test('images that were put into nodes are named once each, as people call them', async () => {
  const contents = await contentsOf({
    nodes: [
      node(
        ['docker.io/library/import-2026-11-23@sha256:aa', 'docker.io/library/tool:3'],
        ['docker.io/acme/app:1'],
        ['registry.example/x@sha256:bb'],
      ),
      node(['docker.io/library/tool:3']),
    ],
  });

  expect(contents.images).toEqual(['3 images in its nodes (acme/app:1, registry.example/x@sha256:bb, tool:3)']);
});

test('an image of an addon is no image of every node, wherever it comes from and whatever runs it', async () => {
  const contents = await contentsOf({
    pods: [pod('operator', 'kube-system', 'operator:dev')],
    nodes: [
      node(
        ['docker.io/library/operator:dev'],
        ['registry.k8s.io/ingress-nginx/controller:v1.12.1'],
        ['registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.15.0'],
      ),
    ],
  });

  expect(contents.images).toEqual([
    '3 images in its nodes (operator:dev, registry.k8s.io/ingress-nginx/controller:v1.12.1, registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.15.0)',
  ]);
});

test('a node that tells of no more than it may have has at least those', async () => {
  const images = Array.from({ length: 50 }, (_, index) => [`registry.k8s.io/etcd:${index}`]);

  const contents = await contentsOf({ nodes: [node(['docker.io/library/app:1'], ...images)] });

  expect(contents.images).toEqual(['at least 1 image in its nodes (app:1)']);
});

test('all of it goes along; what nobody could ask is said to be there, unless nothing can be', () => {
  const contents = { objects: ['1 pod'], images: ['1 image in its nodes (app:1)'] };

  expect(goesAlong(contents, false)).toEqual({ goes_along: ['1 pod', '1 image in its nodes (app:1)'] });
  expect(goesAlong({ objects: [], images: [] }, false)).toEqual({});
  expect(goesAlong(null, true)).toEqual({});
  expect(goesAlong(null, false)).toEqual({ goes_along: ['all that is in it, which only its API server could tell'] });
});
