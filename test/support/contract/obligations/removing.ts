/** Removing things: they are gone, nothing else is, and removing them again is nothing to do. */
import { expect } from 'vitest';
import type { Obligation } from '../stage.ts';
import { everything } from './creating.ts';

export const REMOVING: readonly Obligation[] = [
  {
    name: 'what is removed is gone, also when it runs, and removing it again is nothing to do',
    needs: [],
    shares: 'ours',
    async check(stage) {
      const empty = stage.blank ?? (await stage.harness.world.snapshot());
      const resources = everything(stage.harness);
      await stage.apply(resources);

      const { steps } = await stage.apply([], { destroyData: true });
      expect(await stage.objects(resources)).toEqual([]);
      await stage.run(steps);

      expect(await stage.objects(resources)).toEqual([]);
      expect(await stage.harness.world.snapshot()).toBe(empty);
    },
  },
  {
    name: 'removing a service keeps its neighbours and its data',
    needs: ['volumes'],
    async check(stage) {
      const resources = everything(stage.harness);
      const neighbour = stage.harness.service('other', 'runs');
      const [service] = resources;
      const volume = resources.find(({ type }) => type === 'volume');
      if (volume === undefined) throw new Error('the harness makes no volume');
      await stage.apply([...resources, neighbour]);
      await stage.harness.world.writeData(volume.name, 'precious');
      const before = await stage.get(neighbour);

      await stage.apply([...resources.filter((resource) => resource !== service), neighbour]);

      expect((await stage.get(neighbour)).status.incarnation).toBe(before.status.incarnation);
      expect(await stage.harness.world.readData(volume.name)).toBe('precious');
    },
  },
];
