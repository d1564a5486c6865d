import { describe, expect, it } from 'vitest';
import type { ContainerInspect } from '../../../../../src/drivers/docker/api/wire.ts';
import { disowned } from '../../../../../src/drivers/docker/own-labels.ts';
import { byPath, type FakeEngine, fakeEngine, json, never } from './fake-engine.ts';

const ID = 'f05d7b851e429702a9852ab13254d0f28d5c4451f369c441921434cc2f7176f6';
const OURS = {
  'dev.trueup.owner': 'me',
  'dev.trueup.project': 'shop',
  'dev.trueup.environment': 'local',
  'dev.trueup.address': 'service.api',
  'dev.trueup.request': 'one',
};

interface Made {
  readonly labels: Readonly<Record<string, string>>;
  /** Labels of its image; `null` where that is gone. */
  readonly ofImage: Readonly<Record<string, string>> | null;
}

/** An engine of one container that was made from the image `sha256:mine`. */
function engineOf({ labels, ofImage }: Made): Promise<FakeEngine> {
  const inspect = { Id: ID, Name: '/one', Image: 'sha256:mine', Config: { Labels: labels } };
  const summary = { Id: ID, Names: ['/one'], ImageID: 'sha256:mine', Labels: labels };
  return fakeEngine(
    byPath({
      '/containers/json': json([summary, summary]),
      '/containers/one/json': json(inspect),
      ...(ofImage === null
        ? {}
        : { '/images/sha256:mine/json': json({ Id: 'sha256:mine', Config: { Labels: ofImage } }) }),
    }),
  );
}

/** As lists and inspects say them, which must agree. */
async function labelsOf(engine: FakeEngine): Promise<Readonly<Record<string, string>> | null | undefined> {
  const reader = engine.reader();
  const [listed] = await reader.containers(never);
  const inspected: ContainerInspect | null = await reader.container('one', never);
  expect(listed?.Labels).toEqual(inspected?.Config.Labels);
  return inspected?.Config.Labels;
}

describe('labels of ours on a container', () => {
  it('are its own where it names the image that it was made from, and then nothing more is asked', async () => {
    const labels = { ...OURS, 'dev.trueup.image': 'sha256:mine', team: 'core' };
    const engine = await engineOf({ labels, ofImage: OURS });

    expect(await labelsOf(engine)).toEqual(labels);
    expect(engine.requests.filter((request) => request.includes('/images/'))).toEqual([]);
  });

  it('are none where its image has the very same: somebody made that of one of our containers', async () => {
    const labels = { ...OURS, team: 'core' };

    expect(await labelsOf(await engineOf({ labels, ofImage: labels }))).toEqual({ team: 'core' });
  });

  it('are none where they name another image, also once the image that they are from is gone', async () => {
    const labels = { ...OURS, 'dev.trueup.image': 'sha256:another' };

    expect(await labelsOf(await engineOf({ labels, ofImage: labels }))).toEqual({});
    expect(await labelsOf(await engineOf({ labels, ofImage: null }))).toEqual({});
  });

  it('are its own where it was made of such an image by another request', async () => {
    const labels = { ...OURS, 'dev.trueup.request': 'two' };

    expect(await labelsOf(await engineOf({ labels, ofImage: OURS }))).toEqual(labels);
  });

  it('are its own where it was made before containers named their image, and that is gone', async () => {
    expect(await labelsOf(await engineOf({ labels: OURS, ofImage: null }))).toEqual(OURS);
  });

  it('cost one question an image', async () => {
    const engine = await engineOf({ labels: OURS, ofImage: {} });
    const reader = engine.reader();

    await reader.containers(never);
    await reader.containers(never);

    expect(engine.requests.filter((request) => request.includes('/images/'))).toHaveLength(1);
  });

  it('say nothing where they are empty', async () => {
    const ofImage = { ...OURS, 'dev.trueup.secrets': '["$.a"]', team: 'core' };
    const labels = { ...disowned(ofImage), ...OURS, 'dev.trueup.request': 'two', team: 'core' };

    const own = await labelsOf(await engineOf({ labels, ofImage }));

    expect(own).toEqual({ ...OURS, 'dev.trueup.request': 'two', team: 'core' });
  });

  it('do not count where a container that was made before images were named has them from its image', async () => {
    const ofImage = {
      'dev.trueup.hooks': '{"pre_stop":[{"command":["true"],"privileged":true}]}',
      'dev.trueup.moved_from': 'x',
      'dev.trueup.of_a_later_version': 'x',
    };

    expect(await labelsOf(await engineOf({ labels: { ...ofImage, ...OURS }, ofImage }))).toEqual(OURS);
  });

  it('stay sealed where such a container and its image have the same secrets', async () => {
    const ofImage = { ...OURS, 'dev.trueup.request': 'zero', 'dev.trueup.secrets': '["$.a"]' };
    const labels = { ...ofImage, ...OURS };

    expect(await labelsOf(await engineOf({ labels, ofImage }))).toEqual(labels);
  });
});
