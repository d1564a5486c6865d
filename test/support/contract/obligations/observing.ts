/** Looking: known is not absent is not unreachable, and looking leaves everything as it was. */
import { expect } from 'vitest';
import { NEVER, type Obligation, referenceTo, Stage } from '../stage.ts';
import { SEALER } from '../../sealer.ts';

export const OBSERVING: readonly Obligation[] = [
  {
    name: 'an engine on which nothing was made is known, says what it is, and is empty',
    needs: [],
    async check(stage) {
      const observation = await stage.observe();

      expect(observation).toMatchObject({ status: 'known', engine: stage.harness.engine.name });
      expect(await stage.objects()).toEqual([]);
      expect(observation.status === 'known' && observation.facts?.kind).toMatch(/./);
      expect(observation.status === 'known' && observation.facts?.version).toMatch(/./);
    },
  },
  {
    name: 'an engine that does not answer is unreachable with a reason, which is not the same as empty',
    needs: ['unreachable'],
    async check(stage) {
      const { driver, unreachable } = stage.harness;
      if (unreachable === null) throw new Error('the harness names no unreachable engine');
      const observer = await driver.observer(unreachable, SEALER);

      const observation = await observer.observe(stage.scope([]), NEVER);
      await observer.close();

      expect(observation).toMatchObject({ status: 'unreachable', engine: unreachable.name });
      expect(observation.status === 'unreachable' && observation.error).toMatch(/./);
    },
  },
  {
    name: 'an engine that answers in part is unreachable as well: what it does not tell is not gone',
    needs: ['partial_answers', 'volumes'],
    async check(stage) {
      const { harness } = stage;
      const volume = harness.volume('data');
      if (volume === null) throw new Error('the harness makes no volume');
      const resources = [volume, harness.mounting(harness.service('web', 'runs'), volume)];
      await stage.apply(resources);

      const show = await harness.world.hideVolumes?.();
      const observation = await stage.observe(resources);
      await show?.();

      expect(observation).toMatchObject({ status: 'unreachable', error: expect.stringMatching(/./) as string });
      expect(namesOf(await stage.objects(resources))).toEqual(namesOf(resources));
    },
  },
  {
    name: 'a list of all, where the engine has one, shows what is ours with its mark and what is not without, and null where nobody answers',
    needs: ['unreachable'],
    shares: 'ours',
    async check(stage) {
      const { harness } = stage;
      const { driver, unreachable } = harness;
      const service = harness.service('web', 'runs');
      await stage.apply([service]);
      const before = await harness.world.snapshot();

      const listed = await stage.observer.listAll?.(NEVER);

      // An engine that is trueup's own has none.
      if (listed === undefined || unreachable === null) return;
      const { type, name, address } = service;
      expect(listed?.find((object) => object.name === name)).toMatchObject({ type, ownership: { address } });
      expect(listed?.every(({ id }) => id !== '')).toBe(true);
      expect(await harness.world.snapshot()).toBe(before);
      const silent = await driver.observer(unreachable, SEALER);
      expect(await silent.listAll?.(NEVER)).toBeNull();
      await silent.close();
    },
  },
  {
    name: 'observers never change anything',
    needs: [],
    shares: 'ours',
    async check(stage) {
      const { harness } = stage;
      const service = harness.service('web', 'writes');
      await stage.apply([service]);
      const before = await harness.world.snapshot();
      const other = await Stage.open(harness);

      await other.observe([service]);
      await other.find(service);
      for await (const _line of other.observer.logs(referenceTo(service), {}, NEVER)) continue;
      const ended = new AbortController();
      const events = other.observer.events(stage.scope([service]), ended.signal)[Symbol.asyncIterator]();
      const pending = events.next().catch(() => null);
      await other.observe([service]);
      ended.abort();
      await pending;
      await other.close();

      expect(await harness.world.snapshot()).toBe(before);
    },
  },
  {
    name: 'many looks at once see the same',
    needs: ['quick_making'],
    shares: 'ours',
    async check(stage) {
      const services = ['web', 'other', 'third'].map((key) => stage.harness.service(key, 'runs'));
      await stage.place(services);

      const looks = await Promise.all(Array.from({ length: 5 }, () => stage.objects(services)));

      for (const look of looks) expect(namesOf(look)).toEqual(namesOf(services));
    },
  },
  {
    name: 'a targeted look sees its objects and no others',
    needs: [],
    shares: 'ours',
    async check(stage) {
      const services = ['web', 'other'].map((key) => stage.harness.service(key, 'runs'));
      await stage.place(services);
      const only = services.slice(0, 1).map(referenceTo);

      const observation = await stage.observer.observe({ ...stage.scope(services), only }, NEVER);

      expect(observation.status === 'known' && namesOf(observation.objects)).toEqual(namesOf(only));
    },
  },
  {
    name: 'an abort ends a look with its reason',
    needs: [],
    async check(stage) {
      const reason = new Error('enough');

      await expect(stage.observe([], AbortSignal.abort(reason))).rejects.toBe(reason);
    },
  },
  {
    name: 'closing connections twice does no harm, and what was started goes on',
    needs: [],
    shares: 'ours',
    async check(stage) {
      const service = stage.harness.service('web', 'runs');
      const first = await Stage.open(stage.harness);
      await first.apply([service]);
      const before = await first.get(service);

      await first.close();
      await first.close();

      const after = await stage.get(service);
      expect(after.status).toMatchObject({ run_state: 'running', incarnation: before.status.incarnation });
    },
  },
];

function namesOf(objects: readonly { readonly name: string }[]): readonly string[] {
  return objects.map(({ name }) => name).toSorted();
}
