import { expect, test } from 'vitest';
import { leftOver } from '../../../../../src/drivers/kind/actuate/left-over.ts';
import { scratchFolder } from '../../../../../src/drivers/kind/commands/kind.ts';

const FILE = `${scratchFolder('shop-dev')}/kubeconfig`;

test.each([
  [`kind create cluster --name shop-dev --retain --kubeconfig ${FILE} --config -`, true],
  [`/usr/local/bin/kind delete cluster --name shop-dev --kubeconfig ${FILE}`, true],
  ['docker run --name shop-dev-worker --label io.x-k8s.kind.cluster=shop-dev --net kind', true],
  // Of a person, and of another cluster.
  ['kind create cluster --name shop-dev', false],
  [`kind create cluster --name shop-dev2 --kubeconfig ${scratchFolder('shop-dev2')}/kubeconfig`, false],
  ['docker run --label io.x-k8s.kind.cluster=shop-dev2 --net kind', false],
  ['vi notes about kind create cluster', false],
])('%s is left over: %s', (command, expected) => {
  expect(leftOver([{ pid: 1, command }], 'shop-dev').length > 0).toBe(expected);
});
