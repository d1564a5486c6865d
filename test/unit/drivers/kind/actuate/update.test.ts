import { expect, test } from 'vitest';
import { canTell } from '../../../../../src/drivers/kind/actuate/update.ts';
import { NO_HARM } from '../../../../../src/drivers/kind/observe/control-files.ts';
import { nodesByCluster } from '../../../../../src/drivers/kind/observe/nodes.ts';
import type { LiveCluster } from '../../../../../src/drivers/kind/observe/sight.ts';
import { fakeNode, LIVE } from '../../../../support/kind/fake-nodes.ts';

interface Scene {
  readonly state: string;
  readonly harm: typeof NO_HARM;
  readonly live: LiveCluster | null;
}

function tells({ state = 'running', harm = NO_HARM, live = null }: Partial<Scene>): boolean {
  const nodes = nodesByCluster([fakeNode('shop-dev-control-plane', { state })]).get('shop-dev') ?? [];
  return canTell({ nodes, harm, live });
}

const HARMED = { ...NO_HARM, expired: ['pki/apiserver.crt'] };

test('what has no note of ours is asked whether it is whole, where it may answer', () => {
  expect(tells({})).toBe(true);
  expect(tells({ harm: HARMED, live: LIVE })).toBe(true);
});

test.each(['exited', 'created', 'paused'])('what is %s gets no note before it is started', (state) => {
  expect(tells({ state })).toBe(false);
});

test('what cannot answer before it is mended gets no note before that', () => {
  expect(tells({ harm: HARMED })).toBe(false);
});
