import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
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
  expect(again).toMatch(/^sh -c found=/);
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

/** What is asked to end, with a `ctr` of the given script: it is called as `ctr --namespace k8s.io containers|tasks …`. */
function ended(script: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'trueup-ctr-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const told = join(folder, 'told');
  writeFileSync(told, '');
  writeFileSync(
    join(folder, 'ctr'),
    `#!/bin/sh\ncase $3 in\n  containers) ${script} ;;\n  tasks) echo "$7" >> ${told}; exit 1 ;;\nesac\n`,
    { mode: 0o755 },
  );
  const [, , [program = '', ...args] = []] = commandsFor({ ...NO_HARM, missing: ['pki/apiserver.key'], expired: [] });
  const env = { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
  execFileSync(program, args, { env, stdio: 'pipe' });
  return readFileSync(told, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

test('all that run are ended, also where one of them does not run any more', () => {
  expect(ended('echo etcd-1; echo server-2')).toEqual(['etcd-1', 'server-2']);
  expect(ended('true')).toEqual([]);
});

test('that nobody can tell what runs is no success', () => {
  expect(() => ended('echo no containerd >&2; exit 1')).toThrow('no containerd');
});
