import { describe, expect, it } from 'vitest';
import type { EngineWriter } from '../../../../../src/drivers/docker/api/engine-api.ts';
import type { ContainerInspect, NetworkInspect } from '../../../../../src/drivers/docker/api/wire.ts';
import { ContentNotes } from '../../../../../src/drivers/docker/content-notes.ts';
import { StepRunner } from '../../../../../src/drivers/docker/actuate/run-step.ts';
import { TrueupError } from '../../../../../src/model/failure.ts';
import type { Step } from '../../../../../src/model/plan.ts';
import type { Vault } from '../../../../../src/model/secret.ts';

const ID = 'c'.repeat(64);
const OTHER = 'd'.repeat(64);
const LABELS = {
  'dev.trueup.owner': 'me',
  'dev.trueup.project': 'shop',
  'dev.trueup.environment': 'local',
  'dev.trueup.address': 'service.web',
};

function container(): ContainerInspect {
  const state = { Status: 'created', Running: false, Paused: false, Restarting: false, StartedAt: '' };
  const networks = { shop_inner: { NetworkID: '', IPAMConfig: { IPv4Address: '10.0.0.5' } } };
  const found = {
    Id: ID,
    Name: '/shop-web-1',
    State: state,
    Config: { Labels: LABELS },
    NetworkSettings: { Networks: networks },
  };
  return found as unknown as ContainerInspect;
}

const NETWORK = {
  Name: 'shop_inner',
  Containers: {
    [ID]: { Name: 'shop-web-1', IPv4Address: '' },
    [OTHER]: { Name: 'foreign', IPv4Address: '10.0.0.5/24', IPv6Address: '' },
  },
} as unknown as NetworkInspect;

const STEP = {
  verb: 'start',
  address: 'service.web',
  args: { name: 'shop-web-1', id: ID, endpoints: [] },
} as unknown as Step;

/** What comes of a start that an engine answers with these words. */
async function failureOf(words: string, code: 'step_failed' | 'engine_unreachable' = 'step_failed'): Promise<unknown> {
  const said = `cannot start the container ${ID}: ${words}`;
  const error = new TrueupError(code, said, code === 'step_failed' ? { fields: { status: 500 } } : {});
  const api: Partial<EngineWriter> = {
    endpoint: 'tcp://engine:2375',
    container: async () => container(),
    containers: async () => [],
    network: async () => NETWORK,
    networks: async () => [],
    startContainer: () => Promise.reject(error),
  };
  const runner = new StepRunner(api as EngineWriter, new ContentNotes('test', { XDG_STATE_HOME: '/nonexistent' }));
  const ownership = { owner: 'me', project: 'shop', environment: 'local', checkout: null, revision: null };
  const vault: Vault = { reveal: () => '', mask: (text) => text };
  const signal = new AbortController().signal;
  const context = { signal, vault, owners: ['me'], run: '01test', ownership, progress: () => undefined };
  return runner.run(STEP, context).catch((reason: unknown) => reason);
}

describe('a start that failed', () => {
  it.each(['Address already in use', 'failed to set up container networking: Address already in use'])(
    'for its address says who has that: %s',
    async (words) => {
      expect(await failureOf(words)).toMatchObject({
        code: 'address_unavailable',
        message:
          'cannot start shop-web-1: the address 10.0.0.5 of the network shop_inner is held by the container foreign',
        next: 'stop foreign, or declare another address',
        fields: { name: 'shop-web-1', address: '10.0.0.5', network: 'shop_inner', container: 'foreign' },
      });
    },
  );

  it('because its engine died in the middle of an earlier one says how to make it anew', async () => {
    expect(await failureOf(`task ${ID}: already exists`)).toMatchObject({
      code: 'step_failed',
      next: 'the engine once died in the middle of a start of it: apply again, which makes the container anew',
    });
  });

  it('names its container as people do, whatever broke it', async () => {
    expect(await failureOf('the engine broke off the connection', 'engine_unreachable')).toMatchObject({
      code: 'engine_unreachable',
      message: 'cannot start the container shop-web-1: the engine broke off the connection',
    });
    expect(await failureOf(`sandbox ${OTHER} is gone`)).toMatchObject({
      message: `cannot start the container shop-web-1: sandbox ${OTHER.slice(0, 12)} is gone`,
    });
  });
});
