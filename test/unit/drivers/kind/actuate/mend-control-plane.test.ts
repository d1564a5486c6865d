import { expect, test } from 'vitest';
import { commandsFor } from '../../../../../src/drivers/kind/actuate/mend-control-plane.ts';
import { NO_HARM } from '../../../../../src/drivers/kind/observe/control-files.ts';

function written(missing: readonly string[], expired: readonly string[] = []): readonly string[] {
  return commandsFor({ ...NO_HARM, missing, expired }).map((command) => command.join(' '));
}

test('a manifest is written again, and no other one', () => {
  expect(written(['manifests/kube-apiserver.yaml'])).toEqual([
    'kubeadm init phase control-plane apiserver --config /kind/kubeadm.conf',
  ]);
  expect(written(['manifests/etcd.yaml'])).toEqual(['kubeadm init phase etcd local --config /kind/kubeadm.conf']);
});

test('half a pair is taken away before all is made, and what runs is begun again with it', () => {
  const [gone, made, again, ...others] = written(['pki/apiserver.key', 'pki/sa.pub']);

  expect(gone).toBe(
    `rm -f ${['apiserver.crt', 'apiserver.key', 'sa.key', 'sa.pub'].map((name) => `/etc/kubernetes/pki/${name}`).join(' ')}`,
  );
  expect(made).toBe('kubeadm init phase certs all --config /kind/kubeadm.conf');
  expect(again).toMatch(/^sh -c ctr /);
  expect(others).toEqual([]);
});

test('what has expired is made anew, kubeconfigs too', () => {
  expect(written([], ['pki/apiserver.crt', 'admin.conf']).slice(0, -1)).toEqual([
    'rm -f /etc/kubernetes/pki/apiserver.crt /etc/kubernetes/pki/apiserver.key /etc/kubernetes/admin.conf',
    'kubeadm init phase certs all --config /kind/kubeadm.conf',
    'kubeadm init phase kubeconfig all --config /kind/kubeadm.conf',
  ]);
});

test('what is begun again is known by its pod, and not by what a process of anybody is called', () => {
  const [, , again = ''] = written(['pki/apiserver.key']);
  const own = (name: string): string =>
    `'labels."io.kubernetes.pod.namespace"==kube-system,labels."io.kubernetes.container.name"==${name}'`;

  expect(again).not.toContain('pkill');
  expect(again).toContain(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map(own).join(' '));
});
