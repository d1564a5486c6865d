/** What the world does is seen for what it is, and put right by the next apply. */
import { expect } from 'vitest';
import type { Obligation } from '../stage.ts';
import { everything } from './creating.ts';

export const WORLD: readonly Obligation[] = [
  {
    name: 'a service that was killed is seen, and started again',
    needs: ['killed_is_told'],
    shares: 'ours',
    async check(stage) {
      const service = stage.harness.service('web', 'runs');
      await stage.apply([service]);
      const before = await stage.get(service);

      await stage.harness.world.kill(service.name);

      await stage.reaches(service, 'failed');
      expect(await stage.remaining([service])).toEqual([
        `${service.address} update`,
        `$['run_state'] ["failed","running"]`,
      ]);
      await stage.apply([service]);
      const after = await stage.get(service);
      expect(after.status.run_state).toBe('running');
      expect(after.status.incarnation).not.toBe(before.status.incarnation);
      expect(await stage.remaining([service])).toEqual([]);
    },
  },
  {
    name: 'a service that was paused is seen, and goes on as the same start',
    needs: ['pause'],
    shares: 'ours',
    async check(stage) {
      const service = stage.harness.service('web', 'runs');
      await stage.apply([service]);
      const before = await stage.get(service);

      await stage.harness.world.pause(service.name);

      await stage.reaches(service, 'paused');
      expect(await stage.remaining([service])).toEqual([
        `${service.address} update`,
        `$['run_state'] ["paused","running"]`,
      ]);
      await stage.apply([service]);
      const after = await stage.reaches(service, 'running');
      expect(after.status.incarnation).toBe(before.status.incarnation);
      expect(await stage.remaining([service])).toEqual([]);
    },
  },
  {
    name: 'what was removed is missing, and made again',
    needs: [],
    shares: 'ours',
    async check(stage) {
      const resources = everything(stage.harness);
      const [service] = resources;
      if (service === undefined) throw new Error('the harness makes no service');
      await stage.apply(resources);

      await stage.harness.world.remove(service);

      expect(await stage.find(service)).toBeNull();
      await stage.apply(resources);
      expect(await stage.remaining(resources)).toEqual([]);
    },
  },
  {
    name: 'a paused service can be stopped, restarted and removed',
    needs: ['pause'],
    shares: 'ours',
    async check(stage) {
      const service = stage.harness.service('web', 'runs');
      await stage.apply([service]);

      await stage.harness.world.pause(service.name);
      await stage.apply([service], { restart: new Set([service.address]) });
      expect(await stage.remaining([service])).toEqual([]);

      await stage.harness.world.pause(service.name);
      await stage.apply([]);
      expect(await stage.objects([service])).toEqual([]);
    },
  },
];
