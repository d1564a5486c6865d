import { describe, expect, it } from 'vitest';
import { ensureHelper } from '../../../../../src/drivers/docker/actuate/helper-containers.ts';
import { StepRunner } from '../../../../../src/drivers/docker/actuate/run-step.ts';
import type { EngineWriter } from '../../../../../src/drivers/docker/api/engine-api.ts';
import type { CreateContainerBody, ImageInspect } from '../../../../../src/drivers/docker/api/wire.ts';
import { ContentNotes } from '../../../../../src/drivers/docker/content-notes.ts';
import type { StepContext } from '../../../../../src/drivers/step-context.ts';
import { withFromImage } from '../../../../../src/model/from-image.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import type { Step } from '../../../../../src/model/plan.ts';
import { containing } from '../../../../support/matching.ts';
import { NOW } from '../engine-facts.ts';
import { FURNISHED, mount, OWNERSHIP, serviceConfig } from '../fields/scene.ts';

const CONTEXT: StepContext = {
  signal: new AbortController().signal,
  vault: { reveal: () => '', mask: (text) => text },
  owners: [OWNERSHIP.owner],
  run: '01RUN',
  ownership: OWNERSHIP,
  progress: () => undefined,
};

/** An engine that has this image alone, and what it was asked to create. */
function engineWith(image: ImageInspect): { readonly api: EngineWriter; readonly made: CreateContainerBody[] } {
  const made: CreateContainerBody[] = [];
  const api: Partial<EngineWriter> = {
    facts: async () => NOW,
    image: async () => image,
    images: async () => [{ Id: image.Id, Size: 1, Labels: image.Config?.Labels ?? null }],
    container: async () => null,
    containers: async () => [],
    createContainer: async (_name, _platform, body) => {
      made.push(body);
      return 'c'.repeat(64);
    },
  };
  return { api: api as EngineWriter, made };
}

async function bodyOf(config: JsonObject, image: ImageInspect): Promise<CreateContainerBody | undefined> {
  const { api, made } = engineWith(image);
  const args = { name: 'shop-web-1', config, networks: {}, volumes: { data: 'shop_data' }, anonymous: {} };
  const step = { verb: 'create', address: 'service.web', args } as unknown as Step;
  await new StepRunner(api, new ContentNotes('test', { XDG_STATE_HOME: '/nonexistent' })).run(step, CONTEXT);
  return made[0];
}

describe('a container that is made from an image with labels of ours', () => {
  const ours = { 'dev.trueup.hooks': '{}', 'dev.trueup.moved_from': 'x', 'dev.trueup.owner': 'another', team: 'core' };
  const image: ImageInspect = { ...FURNISHED, Config: { ...FURNISHED.Config, Labels: ours } };

  it('has none of them, and names the image', async () => {
    const body = await bodyOf(serviceConfig({ container: { image: 'full:1' } }), image);

    expect(body?.Labels).toMatchObject({
      'dev.trueup.hooks': '',
      'dev.trueup.moved_from': '',
      'dev.trueup.owner': OWNERSHIP.owner,
      'dev.trueup.image': image.Id,
    });
    expect(body?.Labels).not.toHaveProperty('team');
  });

  it('has none of them where it only helps to read a volume', async () => {
    const { api, made } = engineWith(image);
    const calls = {
      api,
      context: CONTEXT,
      signal: CONTEXT.signal,
      send: <T>(call: (s: AbortSignal) => Promise<T>) => call(CONTEXT.signal),
    };

    await ensureHelper(calls, {
      name: 'x.reading',
      address: 'volume.x',
      from: 'x',
      label: 'dev.trueup.data_of',
      mounts: [],
    });

    expect(made[0]?.Labels).toMatchObject({
      'dev.trueup.hooks': '',
      'dev.trueup.moved_from': '',
      'dev.trueup.data_of': 'x',
      'dev.trueup.image': image.Id,
    });
  });
});

describe('an image for somebody else that brings volumes along', () => {
  const image: ImageInspect = { ...FURNISHED, Config: { ...FURNISHED.Config, Volumes: { '/data': {}, '/logs/': {} } } };
  const plain = serviceConfig({ container: { image: 'full:1' } });
  const bound = (config: JsonObject, volumes: number): JsonObject =>
    withFromImage(config, { labels: 'x', environment_variables: '.*', volumes });

  it('is refused where they are more than may be, before anything is made', async () => {
    await expect(bodyOf(bound(plain, 1), image)).rejects.toMatchObject({
      code: 'step_failed',
      message: containing('has 2 volumes that nobody declares, of which 1 are allowed'),
    });
  });

  it('counts none in whose place something is declared', async () => {
    const declared = serviceConfig({
      container: { image: 'full:1' },
      storage: { volumes: mount('/data', { volume: 'data' }) },
    });

    expect(await bodyOf(bound(declared, 1), image)).toBeDefined();
    expect(await bodyOf(bound(plain, 2), image)).toBeDefined();
    expect(await bodyOf(plain, image)).toBeDefined();
  });
});
