import { describe, expect, it } from 'vitest';
import { StepRunner } from '../../../../../src/drivers/docker/actuate/run-step.ts';
import type { EngineWriter } from '../../../../../src/drivers/docker/api/engine-api.ts';
import type { ContainerInspect, ContainerSummary } from '../../../../../src/drivers/docker/api/wire.ts';
import { ContentNotes } from '../../../../../src/drivers/docker/content-notes.ts';
import type { Step } from '../../../../../src/model/plan.ts';

const ID = 'c'.repeat(64);
const OURS = {
  'dev.trueup.owner': 'me',
  'dev.trueup.project': 'shop',
  'dev.trueup.environment': 'local',
  'dev.trueup.address': 'service.web',
};
const NETWORKS = { shop_inner: { NetworkID: 'n' } };

function listed(name: string, draft: Partial<ContainerSummary> = {}): ContainerSummary {
  const found = { Id: name, Names: [`/${name}`], State: 'running', NetworkSettings: { Networks: NETWORKS }, ...draft };
  return found as unknown as ContainerSummary;
}

/** What the engine was asked to take off the network of a step, and how that ended. */
async function disconnected(containers: readonly ContainerSummary[], args: object): Promise<readonly unknown[]> {
  const asked: unknown[] = [];
  const inspect = { Id: ID, Name: '/web', Config: { Labels: OURS }, NetworkSettings: { Networks: NETWORKS } };
  const api: Partial<EngineWriter> = {
    container: async () => inspect as unknown as ContainerInspect,
    containers: async () => containers,
    disconnectNetwork: async (_network, container) => void asked.push(container),
  };
  const runner = new StepRunner(api as EngineWriter, new ContentNotes('test', { XDG_STATE_HOME: '/nonexistent' }));
  const ownership = { owner: 'me', project: 'shop', environment: 'local', checkout: null, revision: null };
  const step = {
    verb: 'disconnect',
    address: 'service.web',
    args: { name: 'web', id: ID, network: 'shop_inner', ...args },
  };
  const outcome = await runner
    .run(step as unknown as Step, {
      signal: new AbortController().signal,
      vault: { reveal: () => '', mask: (text) => text },
      owners: ['me'],
      run: '01test',
      ownership,
      progress: () => undefined,
    })
    .catch((error: unknown) => error);
  return [...asked, outcome];
}

const web = listed('web', { Labels: OURS });

describe('a container on a network that is to be made anew', () => {
  const args = { is_remade: true };

  it('stays on it where somebody else’s container would keep the network', async () => {
    expect(await disconnected([web, listed('foreign')], args)).toMatchObject([
      { code: 'object_in_use', message: 'cannot remove the network shop_inner: foreign still uses it' },
    ]);
  });

  it.each([
    ['is ours', listed('api', { Labels: OURS })],
    ['does not run', listed('foreign', { State: 'exited' })],
    ['is on another', listed('foreign', { NetworkSettings: { Networks: { bridge: {} } } })],
    ['is on none', listed('foreign', { NetworkSettings: {} })],
  ])('is taken off it where the other one %s', async (_what, other) => {
    expect(await disconnected([web, other], args)).toEqual([ID, { id: ID.slice(0, 12) }]);
  });
});

describe('a container that leaves a network', () => {
  it('asks nobody who is on it', async () => {
    expect(await disconnected([web, listed('foreign')], {})).toEqual([ID, { id: ID.slice(0, 12) }]);
  });
});
