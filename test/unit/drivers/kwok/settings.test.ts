import { expect, test } from 'vitest';
import { createArguments, kwokctlEnvironment } from '../../../../src/drivers/kwok/create-arguments.ts';
import { parseSettings, readSettings } from '../../../../src/drivers/kwok/settings.ts';

const WRITTEN = `apiVersion: config.kwok.x-k8s.io/v1alpha1
kind: KwokctlConfiguration
components:
  - name: kube-apiserver
    binary: /bin/kube-apiserver
    args: [--secure-port=1, "--feature-gates=A=true,B=false", --service-cluster-ip-range=10.1.0.0/16]
  - name: kube-controller-manager
    binary: /bin/kube-controller-manager
    args: [--cluster-cidr=10.2.0.0/16]
`;

test('what its processes are started with is read from where kwokctl keeps it', () => {
  const settings = parseSettings(WRITTEN);

  expect(settings === null ? null : readSettings(settings)).toEqual({
    feature_gates: { A: true, B: false },
    service_subnet: '10.1.0.0/16',
    pod_subnet: '10.2.0.0/16',
  });
});

test.each(['', 'components: [', 'kind: KwokctlConfiguration\n'])('a half-written file is none', (text) => {
  expect(parseSettings(text)).toBeNull();
});

test('programs that are there are handed over, and kwokctl touches no kubeconfig of the user', () => {
  const config = { feature_gates: { A: true, B: false }, pod_subnet: '10.2.0.0/16', service_subnet: '10.1.0.0/16' };

  expect(
    createArguments('shop-dev', config, { etcd: '/bin/etcd', kwok: '/bin/kwok', kubectl: '/bin/kubectl' }),
  ).toEqual([
    'create',
    'cluster',
    '--name',
    'shop-dev',
    '--runtime=binary',
    '--kubeconfig=',
    '--etcd-binary=/bin/etcd',
    '--kwok-controller-binary=/bin/kwok',
    '--kube-feature-gates=A=true,B=false',
    '--extra-args=kube-apiserver=advertise-address=192.0.2.1',
    '--extra-args=kube-controller-manager=bind-address=127.0.0.1',
    '--extra-args=kube-scheduler=bind-address=127.0.0.1',
    '--extra-args=kube-apiserver=service-cluster-ip-range=10.1.0.0/16',
    '--extra-args=kube-controller-manager=service-cluster-ip-range=10.1.0.0/16',
    '--extra-args=kube-controller-manager=cluster-cidr=10.2.0.0/16',
    '--extra-args=kube-controller-manager=allocate-node-cidrs=true',
  ]);
});

test('kwokctl works in our folder, with the version that is declared', () => {
  expect(kwokctlEnvironment('/state', { kubernetes_version: '1.36' }, { kubectl: '/bin/kubectl' })).toEqual({
    KWOK_WORKDIR: '/state',
    KWOK_KUBECTL_BINARY: '/bin/kubectl',
    KWOK_KUBE_VERSION: 'v1.36.0',
  });
});
