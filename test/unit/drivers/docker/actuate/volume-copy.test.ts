import { expect, it } from 'vitest';
import { StepRunner } from '../../../../../src/drivers/docker/actuate/run-step.ts';
import type { EngineWriter } from '../../../../../src/drivers/docker/api/engine-api.ts';
import type { ContainerInspect, ImageSummary, VolumeInspect } from '../../../../../src/drivers/docker/api/wire.ts';
import { ContentNotes } from '../../../../../src/drivers/docker/content-notes.ts';
import { TrueupError } from '../../../../../src/model/failure.ts';
import type { Step } from '../../../../../src/model/plan.ts';

const OURS = {
  'dev.trueup.owner': 'me',
  'dev.trueup.project': 'shop',
  'dev.trueup.environment': 'local',
  'dev.trueup.address': 'volume.data',
};

it('frees what is copied from a marker that a crash has left, before its old name comes back', async () => {
  const asked: string[] = [];
  const marker = {
    Id: 'marker',
    Name: '/after.moving',
    Config: { Labels: { ...OURS, 'dev.trueup.moved_from': 'before' } },
  };
  const api: Partial<EngineWriter> = {
    container: async (name) => (name === 'after.moving' ? (marker as unknown as ContainerInspect) : null),
    volume: async (name) => (name === 'after' ? ({ Name: name, Labels: OURS } as unknown as VolumeInspect) : null),
    images: async () => [{ Id: 'image' } as unknown as ImageSummary],
    removeContainer: async (id) => void asked.push(`remove ${id}`),
    createContainer: async (name) => {
      asked.push(`create ${name}`);
      throw new TrueupError('step_failed', 'far enough');
    },
  };
  const runner = new StepRunner(api as EngineWriter, new ContentNotes('test', { XDG_STATE_HOME: '/nonexistent' }));
  const args = { name: 'before', from: 'after', to_address: 'volume.data', config: {} };
  const step = { verb: 'copy_volume', address: 'volume.data', args } as unknown as Step;
  const ownership = { owner: 'me', project: 'shop', environment: 'local', checkout: null, revision: null };
  const context = {
    signal: new AbortController().signal,
    vault: { reveal: () => '', mask: (text: string) => text },
    owners: ['me'],
    run: '01test',
    ownership,
    progress: () => undefined,
  };

  await expect(runner.run(step, context)).rejects.toThrow('far enough');

  expect(asked).toEqual(['remove marker', 'create before.moving']);
});
