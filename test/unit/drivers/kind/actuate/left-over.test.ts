import { expect, test } from 'vitest';
import { leftOver } from '../../../../../src/drivers/kind/actuate/left-over.ts';
import { scratchKubeconfig } from '../../../../../src/drivers/kind/commands/kind.ts';

const ENGINE = { name: 'nodes', place: 'unix:///engine', environment: {} };
const MEANT = { engine: ENGINE, owner: 'owner-1', cluster: 'shop-dev' };
const FILE = scratchKubeconfig(MEANT);
const RUN = 'docker run --name shop-dev-worker --label io.x-k8s.kind.cluster=shop-dev --net kind';

test.each([
  [`kind create cluster --name shop-dev --retain --config - HOME=/root KUBECONFIG=${FILE} LC_ALL=C`, true],
  [`/usr/local/bin/kind delete cluster --name shop-dev KUBECONFIG=${FILE}`, true],
  [`${RUN} KUBECONFIG=${FILE} LC_ALL=C`, true],
  // Of a person, of another cluster, of another engine, of another checkout.
  ['kind create cluster --name shop-dev HOME=/root', false],
  [`${RUN} HOME=/root`, false],
  [`kind create cluster --name a KUBECONFIG=${scratchKubeconfig({ ...MEANT, cluster: 'shop-dev2' })}`, false],
  [`${RUN} KUBECONFIG=${scratchKubeconfig({ ...MEANT, engine: { ...ENGINE, place: 'ssh://other' } })}`, false],
  [`${RUN} KUBECONFIG=${scratchKubeconfig({ ...MEANT, owner: 'owner-2' })}`, false],
  [`vi notes about kind create cluster KUBECONFIG=${FILE}`, false],
])('%s is left over: %s', (command, expected) => {
  expect(leftOver([{ pid: 1, command }], FILE).length > 0).toBe(expected);
});
