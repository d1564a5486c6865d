import { describe, expect, it } from 'vitest';
import { claimingApi } from '../../../../../src/drivers/docker/actuate/claiming-api.ts';
import { StepRunner } from '../../../../../src/drivers/docker/actuate/run-step.ts';
import type { EngineWriter } from '../../../../../src/drivers/docker/api/engine-api.ts';
import type {
  ContainerInspect,
  ContainerSummary,
  NetworkInspect,
  VolumeInspect,
} from '../../../../../src/drivers/docker/api/wire.ts';
import { ContentNotes } from '../../../../../src/drivers/docker/content-notes.ts';
import type { DockerFacts } from '../../../../../src/drivers/docker/facts.ts';
import { ownershipFrom } from '../../../../../src/drivers/docker/labels.ts';
import type { StepContext } from '../../../../../src/drivers/step-context.ts';
import type { Address } from '../../../../../src/model/address.ts';
import { TrueupError } from '../../../../../src/model/failure.ts';
import type { Step } from '../../../../../src/model/plan.ts';
import { NOW, OLD } from '../engine-facts.ts';
import { FURNISHED, OWNERSHIP, serviceConfig } from '../fields/scene.ts';

const SIGNAL = new AbortController().signal;
const BORN = '2026-01-01T00:00:00Z';

interface Unlabelled {
  readonly id: string;
  readonly name: string;
}

/** An engine where no label stands on anything. */
function engineOf(
  containers: readonly Unlabelled[],
  facts: DockerFacts = NOW,
): { readonly api: EngineWriter; readonly calls: string[] } {
  const calls: string[] = [];
  const network = { Id: 'n1', Name: 'back' } as unknown as NetworkInspect;
  const volume = { Name: 'data', CreatedAt: BORN } as unknown as VolumeInspect;
  const inspect = ({ id, name }: Unlabelled): ContainerInspect => {
    const State = { Running: false, Paused: false, Restarting: false };
    return { Id: id, Name: `/${name}`, State, Config: { Labels: {} } } as unknown as ContainerInspect;
  };
  const api: Partial<EngineWriter> = {
    facts: async () => facts,
    image: async () => FURNISHED,
    images: async () => [{ Id: FURNISHED.Id, Size: 1, Labels: null }],
    container: async (idOrName) => {
      const found = containers.find(({ id, name }) => [id, name].includes(idOrName));
      return found === undefined ? null : inspect(found);
    },
    containers: async () =>
      containers.map(({ id, name }) => ({ Id: id, Names: [`/${name}`], Labels: {} }) as unknown as ContainerSummary),
    networks: async () => [network],
    network: async () => network,
    volumes: async () => [volume],
    volume: async () => volume,
    createContainer: async (name) => {
      calls.push(`create ${name}`);
      throw new TrueupError('step_failed', `Conflict. The container name "/${name}" is already in use`, {
        fields: { status: 409 },
      });
    },
    removeContainer: async (id) => void calls.push(`remove ${id}`),
  };
  return { api: api as EngineWriter, calls };
}

function contextWith(claimed: Readonly<Record<string, Address>>): StepContext {
  return {
    signal: SIGNAL,
    vault: { reveal: () => '', mask: (text) => text },
    owners: [OWNERSHIP.owner],
    claimed: new Map(Object.entries(claimed)),
    run: '01RUN',
    ownership: OWNERSHIP,
    progress: () => undefined,
  };
}

/** What a step reads of whose everything is. */
async function whose(api: EngineWriter, claimed: Readonly<Record<string, Address>>): Promise<readonly string[]> {
  const seen = claimingApi(api, contextWith(claimed));
  const [containers, networks, volumes] = [
    await seen.containers(SIGNAL),
    await seen.networks(SIGNAL),
    await seen.volumes(SIGNAL),
  ];
  const one = [
    await seen.container('web', SIGNAL),
    await seen.network('back', SIGNAL),
    await seen.volume('data', SIGNAL),
  ];
  const labels = [...containers, ...networks, ...volumes].map(({ Labels }) => Labels);
  const alone = one.map((found) => (found !== null && 'Config' in found ? found.Config.Labels : found?.Labels));
  return [...labels, ...alone].map((found) => ownershipFrom(found)?.address ?? 'nobody');
}

describe('an engine as a step sees it', () => {
  const { api } = engineOf([{ id: 'c1', name: 'web' }]);

  it('has labels on the very objects that somebody agreed to', async () => {
    const all = { 'service c1': 'service.web', 'network n1': 'network.back', [`volume data ${BORN}`]: 'volume.data' };
    const addresses = ['service.web', 'network.back', 'volume.data'];

    expect(await whose(api, all as Readonly<Record<string, Address>>)).toEqual([...addresses, ...addresses]);
  });

  it('has none on what bears the name of such a thing', async () => {
    const others = {
      'service web': 'service.web',
      'service c0': 'service.web',
      'network back': 'network.back',
      'network n0': 'network.back',
      'volume data': 'volume.data',
      'volume data 2025-12-31T00:00:00Z': 'volume.data',
    };

    expect(new Set(await whose(api, others as Readonly<Record<string, Address>>))).toEqual(new Set(['nobody']));
  });

  it('knows volumes by name where the engine does not tell when they were made', async () => {
    const old = engineOf([{ id: 'c1', name: 'web' }], OLD).api;

    expect((await whose(old, { 'volume data': 'volume.data' }))[2]).toBe('volume.data');
    expect((await whose(old, { [`volume data ${BORN}`]: 'volume.data' }))[2]).toBe('nobody');
  });
});

describe('a name that somebody takes between plan and step', () => {
  const args = {
    name: 'web',
    config: serviceConfig({ container: { image: 'full:1' } }),
    networks: {},
    volumes: {},
    anonymous: {},
  };
  const create = async (
    standing: Unlabelled,
  ): Promise<{ readonly code: unknown; readonly calls: readonly string[] }> => {
    const { api, calls } = engineOf([standing]);
    const runner = new StepRunner(api, new ContentNotes('test', { XDG_STATE_HOME: '/nonexistent' }));
    const step = { verb: 'create', address: 'service.web', args } as unknown as Step;
    const code = await runner.run(step, contextWith({ 'service c1': 'service.web' })).catch((error: unknown) => {
      return error instanceof TrueupError ? error.code : error;
    });
    return { code, calls };
  };

  it('is theirs, although what had it before was adopted: nothing of them is removed', async () => {
    expect(await create({ id: 'stranger', name: 'web' })).toEqual({ code: 'name_in_use', calls: ['create web'] });
  });

  it('is free where the adopted one still has it, and does not run', async () => {
    expect((await create({ id: 'c1', name: 'web' })).calls).toContain('remove c1');
  });
});
