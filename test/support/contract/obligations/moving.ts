/** Moving things: another name or another address for the same thing, and whatever it holds. */
import { expect } from 'vitest';
import type { DesiredResource } from '../../../../src/model/desired.ts';
import type { Obligation, Stage } from '../stage.ts';

export const MOVING: readonly Obligation[] = [
  {
    name: 'a volume that moves to another address keeps its data',
    needs: ['volumes'],
    async check(stage) {
      const before = mounted(stage, 'data');
      const after = mounted(stage, 'store');
      await stage.apply(before.both);
      await stage.harness.world.writeData(before.volume.name, 'precious');
      const moved = [{ from: before.volume.address, to: after.volume.address }];

      await stage.apply(after.both, { moved });

      expect(await stage.harness.world.readData(after.volume.name)).toBe('precious');
      expect(await stage.find(before.volume)).toBeNull();
      expect(await stage.remaining(after.both)).toEqual([]);
    },
  },
  {
    name: 'a volume that gets another name keeps its data',
    needs: ['volumes', 'renamed_volumes'],
    async check(stage) {
      const { service, volume, both } = mounted(stage, 'data');
      const renamed = { ...volume, name: 'contract_elsewhere' };
      await stage.apply(both);
      await stage.harness.world.writeData(volume.name, 'precious');

      await stage.apply([service, renamed]);

      expect(await stage.harness.world.readData(renamed.name)).toBe('precious');
      expect(await stage.find(volume)).toBeNull();
      expect(await stage.remaining([service, renamed])).toEqual([]);
      expect((await stage.get(service)).status.run_state).toBe('running');
    },
  },
  {
    name: 'a service that moves to another address, or gets another name, is there once',
    needs: [],
    shares: 'ours',
    async check(stage) {
      const service = stage.harness.service('web', 'runs');
      const successor = stage.harness.service('api', 'runs');
      const renamed = { ...successor, name: 'contract-elsewhere-1' };
      await stage.apply([service]);

      await stage.apply([successor], { moved: [{ from: service.address, to: successor.address }] });
      expect(await stage.remaining([successor])).toEqual([]);
      await stage.apply([renamed]);
      expect(await stage.remaining([renamed])).toEqual([]);

      expect((await stage.objects([service, successor, renamed])).map(({ name }) => name)).toEqual([renamed.name]);
    },
  },
];

interface Mounted {
  readonly service: DesiredResource;
  readonly volume: DesiredResource;
  readonly both: readonly DesiredResource[];
}

function mounted({ harness }: Stage, key: string): Mounted {
  const volume = harness.volume(key);
  if (volume === null) throw new Error('the harness makes no volume');
  const service = harness.mounting(harness.service('web', 'runs'), volume);
  return { service, volume, both: [service, volume] };
}
