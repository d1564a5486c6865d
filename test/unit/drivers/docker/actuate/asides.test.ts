import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { SmallEngine } from './small-engine.ts';

const WEB = 'shop-web-1';
const ASIDE = 'shop-web-1.aside-01run';
const UP = { running: true, restart: 'always' };
const endpoint = (network: string): JsonObject => ({ network, attachment: { aliases: ['web'] } });

describe('setting aside', () => {
  const args = { name: WEB, id: 'old', successor: WEB };

  it('leaves nothing of it running, restarted or attached', async () => {
    const engine = new SmallEngine().add('old', { name: WEB, ...UP, networks: { inner: ['web'], outer: [] } });

    await engine.run('set_aside', args);

    expect(engine.standing()).toEqual({ old: `${ASIDE} down no` });
  });

  it('gives it its name before it takes anything from it, so that a crash in between leaves it known', async () => {
    const engine = new SmallEngine().add('old', { name: WEB, restart: 'always', networks: { inner: [] } });

    await engine.run('set_aside', args);

    expect(engine.calls).toEqual([`rename old ${ASIDE}`, 'update old no', 'disconnect old inner']);
  });

  it('goes on where an earlier run died', async () => {
    const engine = new SmallEngine().add('old', { name: 'shop-web-1.aside-00dead', ...UP, networks: { inner: [] } });

    await engine.run('set_aside', { ...args, name: 'shop-web-1.aside-00dead' });

    expect(engine.standing()).toEqual({ old: 'shop-web-1.aside-00dead down no' });
  });

  it.each([
    ['is on the network of the machine', { host: [] }],
    ['is on none', { none: [] }],
  ])('leaves it there where it %s', async (_what, networks) => {
    const engine = new SmallEngine().add('old', { name: WEB, networks });

    await engine.run('set_aside', args);

    expect(engine.calls).toEqual([`rename old ${ASIDE}`]);
  });

  it('has no second effect, nor one on somebody else’s', async () => {
    const engine = new SmallEngine().add('old', { name: ASIDE }).add('foreign', { name: 'foreign', owner: 'them' });

    await engine.run('set_aside', args);
    await engine.run('set_aside', { ...args, id: 'foreign' });

    expect(engine.calls).toEqual([]);
  });
});

describe('taking over', () => {
  const args = { name: `${WEB}.next`, id: null, to: WEB, old: 'old', endpoints: [endpoint('inner')] };
  const TAKEN = { new: `${WEB} up always inner(web)`, old: `${ASIDE} down no` };

  function both(): SmallEngine {
    return new SmallEngine()
      .add('old', { name: WEB, ...UP, networks: { inner: ['web'] } })
      .add('new', { name: `${WEB}.next`, ...UP, networks: { inner: [] } });
  }

  it('gives the new one its names before the old one is touched, and stops that last', async () => {
    const engine = both();

    await engine.run('take_over', args);

    expect(engine.standing()).toEqual(TAKEN);
    expect(engine.calls).toEqual([
      'disconnect new inner',
      'connect new inner',
      `rename old ${ASIDE}`,
      'update old no',
      `rename new ${WEB}`,
      'stop old',
      'disconnect old inner',
    ]);
  });

  it.each(['connect new', 'rename old', 'update old', 'rename new', 'stop old', 'disconnect old'])(
    'goes on where it was cut off at: %s',
    async (refuses) => {
      const engine = both();
      engine.refuses = refuses;
      await expect(engine.run('take_over', args)).rejects.toMatchObject({ code: 'step_failed' });
      engine.refuses = null;

      await engine.run('take_over', args);

      expect(engine.standing()).toEqual(TAKEN);
      await expect(engine.run('take_over', args)).resolves.toEqual({ id: 'new' });
    },
  );

  it('leaves the old one as it is where the new one has ended meanwhile', async () => {
    const engine = both().add('new', { name: `${WEB}.next`, running: false });

    await expect(engine.run('take_over', args)).rejects.toMatchObject({
      code: 'step_failed',
      message: `${WEB}.next has ended (status 0) since it passed its gate`,
    });
    expect(engine.calls).toEqual([]);
  });
});

describe('discarding', () => {
  it('removes what was set aside from under the name, without volumes, and keeps the image of what works', async () => {
    const engine = new SmallEngine()
      .add('new', { name: WEB, ...UP })
      .add('old', { name: ASIDE })
      .add('older', { name: 'shop-web-1.aside-00dead', running: true });

    const outcome = await engine.run('discard_aside', { name: WEB, keep_image: true });

    expect(outcome).toEqual({ discarded: ['older', 'old'], image_kept: true });
    expect(engine.calls).toEqual([
      'stop older',
      'remove older',
      'remove old',
      'tag image-of-new trueup.invalid/shop/web:last-healthy',
    ]);
  });

  it('touches neither what is somebody else’s nor what was set aside from under another name', async () => {
    const engine = new SmallEngine()
      .add('foreign', { name: ASIDE, owner: 'them' })
      .add('other', { name: 'shop-api-1.aside-01run', address: 'service.api' })
      .add('unmarked', { name: 'shop-web-1.aside-hand', owner: null });

    await engine.run('discard_aside', { name: WEB, keep_image: false });

    expect(engine.calls).toEqual([]);
  });

  it.each([
    ['has no name of its own', []],
    ['has none but the one that an earlier run has kept it by', ['trueup.invalid/shop/web:last-healthy']],
  ])('names no image that %s: its owner keeps it by its id, and it would go with that name', async (_what, tags) => {
    const engine = new SmallEngine().add('new', { name: WEB, ...UP }).add('old', { name: ASIDE });
    engine.tags = tags;

    const outcome = await engine.run('discard_aside', { name: WEB, keep_image: true });

    expect(outcome).toEqual({ discarded: ['old'], image_kept: false });
    expect(engine.calls).toEqual(['remove old']);
  });

  it('takes the name of the kept image along where the service has another address now', async () => {
    const engine = new SmallEngine()
      .add('new', { name: WEB, ...UP })
      .add('old', { name: ASIDE, address: 'service.site' });

    await engine.run('discard_aside', { name: WEB, keep_image: true });

    expect(engine.calls).toEqual([
      'remove old',
      'tag image-of-new trueup.invalid/shop/web:last-healthy',
      'untag trueup.invalid/shop/site:last-healthy',
    ]);
  });

  it('is done where the image cannot be kept', async () => {
    const engine = new SmallEngine().add('new', { name: WEB, ...UP }).add('old', { name: ASIDE });
    engine.refuses = 'tag';

    expect(await engine.run('discard_aside', { name: WEB, keep_image: true })).toEqual({
      discarded: ['old'],
      image_kept: false,
    });
  });
});

describe('removing', () => {
  it.each([
    ['for good', { args: { forgets_image: true }, project: 'shop' }],
    ['and its project has another name now', { args: {}, project: 'store' }],
  ])('takes the name of the kept image along where the service goes %s', async (_what, { args, project }) => {
    const engine = new SmallEngine().add('old', { name: WEB, project });

    await engine.run('remove', { name: WEB, id: 'old', anonymous: null, ...args });

    expect(engine.calls).toEqual(['remove old', `untag trueup.invalid/${project}/web:last-healthy`]);
  });

  it('leaves it where a successor takes its place', async () => {
    const engine = new SmallEngine().add('old', { name: WEB });

    await engine.run('remove', { name: WEB, id: 'old', anonymous: null });

    expect(engine.calls).toEqual(['remove old']);
  });
});

describe('restoring', () => {
  const args = {
    name: WEB,
    id: 'old',
    declared: WEB,
    standing: [WEB, `${WEB}.next`],
    previous_address: 'service.web',
    endpoints: [endpoint('inner'), endpoint('outer')],
    restart: 'always',
    starts: true,
  };
  const BACK = { old: `${WEB} up always inner(web) outer(web)` };
  const WHOLE = { ...UP, networks: { inner: ['web'], outer: ['web'] } };

  it('puts what worked in the place of what failed, as it was', async () => {
    const engine = new SmallEngine().add('old', { name: ASIDE }).add('failed', { name: WEB, ...UP });

    const outcome = await engine.run('restore', args);

    expect(outcome).toEqual({ id: 'old', restored: WEB, went_on: false });
    expect(engine.standing()).toEqual(BACK);
    expect(engine.calls).toEqual([
      'stop failed',
      'remove failed with volumes',
      'connect old inner',
      'connect old outer',
      'update old always',
      `rename old ${WEB}`,
      'start old',
    ]);
  });

  it.each(['stop failed', 'remove failed', 'connect old outer', 'update old', 'rename old', 'start old'])(
    'goes on where it was cut off at: %s',
    async (refuses) => {
      const engine = new SmallEngine().add('old', { name: ASIDE }).add('failed', { name: WEB, ...UP });
      engine.refuses = refuses;
      await expect(engine.run('restore', args)).rejects.toMatchObject({ code: 'step_failed' });
      engine.refuses = null;

      await engine.run('restore', args);

      expect(engine.standing()).toEqual(BACK);
      engine.calls.length = 0;
      await engine.run('restore', args);
      expect(engine.calls).toEqual([]);
    },
  );

  it.each([
    ['never touched', { name: WEB, ...WHOLE }],
    ['stopped', { name: WEB, ...WHOLE, running: false }],
    ['renamed and still running', { name: ASIDE, ...WHOLE }],
    ['detached from one network', { name: ASIDE, networks: { inner: ['web'] } }],
  ])('brings back what was %s, and removes its successor', async (_what, old) => {
    const engine = new SmallEngine().add('old', old).add('next', { name: `${WEB}.next`, ...UP });

    await engine.run('restore', args);

    expect(engine.standing()).toEqual(BACK);
  });

  it('finds what was set aside by its name and owner where its id is another one', async () => {
    const engine = new SmallEngine()
      .add('old', { name: ASIDE })
      .add('foreign', { name: 'shop-web-1.aside-00', owner: 'them' });

    await engine.run('restore', { ...args, id: 'unknown' });

    expect(engine.standing()).toMatchObject(BACK);
    expect(engine.containers.get('foreign')).toMatchObject({ name: 'shop-web-1.aside-00' });
  });

  it('does without a network that is gone, and says so', async () => {
    const engine = new SmallEngine().add('old', { name: ASIDE });
    engine.networks = ['inner'];

    expect(await engine.run('restore', args)).toEqual({
      id: 'old',
      restored: WEB,
      went_on: false,
      left_out: ['outer'],
    });
    expect(engine.standing()).toEqual({ old: `${WEB} up always inner(web)` });
  });

  it('leaves at rest what has done its work', async () => {
    const engine = new SmallEngine().add('old', { name: ASIDE });

    await engine.run('restore', { ...args, starts: false });

    expect(engine.standing()).toEqual({ old: `${WEB} down always inner(web) outer(web)` });
  });

  it('brings a service that was to be called otherwise back under its old names', async () => {
    const engine = new SmallEngine()
      .add('old', { name: 'shop-front-1.aside-01run', address: 'service.old' })
      .add('failed', { name: 'shop-front-1', ...UP });

    await engine.run('restore', {
      ...args,
      name: 'shop-old-1',
      declared: 'shop-front-1',
      standing: ['shop-front-1', 'shop-front-1.next', 'shop-old-1'],
      previous_address: 'service.old',
      endpoints: [{ network: 'inner', attachment: { aliases: ['old', 'till'] } }],
    });

    expect(engine.standing()).toEqual({ old: 'shop-old-1 up always inner(old,till)' });
  });

  it('says that there is nothing to go back to', async () => {
    const engine = new SmallEngine().add('failed', { name: WEB, ...UP });

    await expect(engine.run('restore', args)).rejects.toMatchObject({
      code: 'object_missing',
      message: `cannot bring back ${WEB}: nothing is left of the container that worked`,
      next: 'apply manifests that work: there is nothing to go back to',
    });
    expect(engine.calls).toEqual([]);
  });

  it('touches nobody else’s container that has its name', async () => {
    const engine = new SmallEngine().add('old', { name: ASIDE }).add('foreign', { name: WEB, owner: 'them', ...UP });

    await expect(engine.run('restore', args)).rejects.toMatchObject({ code: 'name_in_use' });
    expect(engine.calls).toEqual([]);
  });
});
