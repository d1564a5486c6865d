import { expect, test } from 'vitest';
import { isUndecided } from '../../../../../src/drivers/kind/actuate/update.ts';
import { NO_HARM } from '../../../../../src/drivers/kind/observe/control-files.ts';
import { nodesByCluster } from '../../../../../src/drivers/kind/observe/nodes.ts';
import { controlFiles, fakeNode } from '../../../../support/kind/fake-nodes.ts';

function undecided({ kept = null, state = 'running', harm = NO_HARM }: Partial<Scene>): boolean {
  const nodes = nodesByCluster([fakeNode('shop-dev-control-plane', { state })]).get('shop-dev') ?? [];
  return isUndecided({ nodes, harm, files: { control: controlFiles(), kept, kubeconfigs: [], mirrors: [] } });
}

interface Scene {
  readonly kept: Readonly<Record<string, never>> | null;
  readonly state: string;
  readonly harm: typeof NO_HARM;
}

test('our notes are put into what has none once it was seen to be whole', () => {
  expect(undecided({})).toBe(true);
  expect(undecided({ kept: {} })).toBe(false);
});

test('what cannot answer before it is mended, or is started, is told of first', () => {
  expect(undecided({ harm: { ...NO_HARM, expired: ['pki/apiserver.crt'] } })).toBe(false);
  expect(undecided({ state: 'exited' })).toBe(false);
});
