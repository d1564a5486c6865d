/** Changing things: exactly what was asked for, by the means that the effect names, with the data kept. */
import { expect } from 'vitest';
import { patched } from '../desired.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import type { DesiredResource } from '../../../../src/model/desired.ts';
import type { ObservedObject } from '../../../../src/model/observed.ts';
import type { Obligation, Stage } from '../stage.ts';
import { everything } from './creating.ts';

export const CHANGING: readonly Obligation[] = [
  {
    name: 'a change in place keeps the service running, as the same object and the same start',
    needs: ['in_place_fields'],
    shares: 'ours',
    async check(stage) {
      const { before, after } = await edited(stage, stage.harness.edits.in_place);

      expect(after.id).toBe(before.id);
      expect(after.status.incarnation).toBe(before.status.incarnation);
    },
  },
  {
    name: 'a change by restart starts the same object anew',
    needs: ['restart_fields'],
    async check(stage) {
      const { before, after } = await edited(stage, stage.harness.edits.restart);

      expect(after.id).toBe(before.id);
      expect(after.status.incarnation).not.toBe(before.status.incarnation);
    },
  },
  {
    name: 'a change by replacement makes another object under the same name',
    needs: ['replace_fields'],
    shares: 'ours',
    async check(stage) {
      const { before, after } = await edited(stage, stage.harness.edits.replace);

      expect(after.id).not.toBe(before.id);
      expect(after.name).toBe(before.name);
    },
  },
  {
    name: 'a restart by request starts anew what runs, without any difference left',
    needs: [],
    shares: 'ours',
    async check(stage) {
      const service = stage.harness.service('web', 'runs');
      await stage.apply([service]);
      const before = await stage.get(service);

      await stage.apply([service], { restart: new Set([service.address]) });

      const after = await stage.get(service);
      expect(after.status.run_state).toBe('running');
      expect(after.status.incarnation).not.toBe(before.status.incarnation);
      expect(await stage.remaining([service])).toEqual([]);
    },
  },
  {
    name: 'a restart that asks for nothing else starts anew what runs, configured as it is',
    needs: [],
    shares: 'ours',
    async check(stage) {
      const resources = everything(stage.harness);
      const [service] = resources;
      if (service === undefined) throw new Error('the harness makes no service');
      await stage.apply(resources);
      const before = await stage.get(service);

      await stage.apply(resources, { fields: 'run_state', restart: new Set([service.address]) });

      const after = await stage.get(service);
      expect(after.status.run_state).toBe('running');
      expect(after.status.incarnation).not.toBe(before.status.incarnation);
      expect(await stage.remaining(resources)).toEqual([]);
    },
  },
  {
    name: 'a replaced service finds the data of its volumes as it was',
    needs: ['volumes'],
    async check(stage) {
      const resources = everything(stage.harness);
      const [service, volume] = resources;
      if (service === undefined || volume === undefined) throw new Error('the harness makes no volume');
      await stage.apply(resources);
      const before = await stage.get(volume);
      await stage.harness.world.writeData(volume.name, 'precious');

      await stage.apply(resources, { replace: new Set([service.address]) });

      expect(await stage.harness.world.readData(volume.name)).toBe('precious');
      expect((await stage.get(volume)).id).toBe(before.id);
      expect(await stage.remaining(resources)).toEqual([]);
    },
  },
  {
    name: 'what is stopped stays stopped, and stopping it again is nothing to do',
    needs: [],
    shares: 'ours',
    async check(stage) {
      const service = stage.harness.service('web', 'runs');
      const stopped = patched(service, { run_state: 'stopped' });
      await stage.apply([service]);

      const { steps } = await stage.apply([stopped]);
      await stage.run(steps);

      expect((await stage.get(service)).status.run_state).toBe('stopped');
      expect((await stage.get(service)).configured['run_state']).toBe('stopped');
      expect(await stage.remaining([stopped])).toEqual([]);
    },
  },
  {
    name: 'what was stopped can be started again',
    needs: [],
    shares: 'ours',
    async check(stage) {
      const service = stage.harness.service('web', 'runs');
      await stage.apply([service]);
      const before = await stage.get(service);
      await stage.apply([patched(service, { run_state: 'stopped' })]);

      await stage.apply([service]);

      const after = await stage.get(service);
      expect(after.status.run_state).toBe('running');
      expect(after.status.incarnation).not.toBe(before.status.incarnation);
      expect(await stage.remaining([service])).toEqual([]);
    },
  },
  {
    name: 'a network that is made anew has all its services back, with their aliases',
    needs: ['networks'],
    async check(stage) {
      const resources = everything(stage.harness);
      const network = resources.find(({ type }) => type === 'network');
      if (network === undefined) throw new Error('the harness makes no network');
      await stage.apply(resources);
      const before = await stage.get(network);

      await stage.apply(resources, { replace: new Set([network.address]) });

      expect((await stage.get(network)).id).not.toBe(before.id);
      expect(await stage.remaining(resources)).toEqual([]);
    },
  },
  {
    name: 'a stopped service can be started although its network was made anew meanwhile',
    needs: ['networks'],
    async check(stage) {
      const resources = everything(stage.harness);
      const stopped = resources.map((resource) =>
        resource.type === 'service' ? patched(resource, { run_state: 'stopped' }) : resource,
      );
      const network = resources.find(({ type }) => type === 'network');
      if (network === undefined) throw new Error('the harness makes no network');
      await stage.apply(resources);
      await stage.apply(stopped);
      await stage.harness.world.remove(network);

      await stage.apply(resources);

      expect(await stage.remaining(resources)).toEqual([]);
    },
  },
];

interface Edited {
  readonly before: ObservedObject;
  readonly after: ObservedObject;
}

async function edited(stage: Stage, edit: JsonObject | null): Promise<Edited> {
  if (edit === null) throw new Error('the harness knows no such edit');
  const service: DesiredResource = stage.harness.service('web', 'runs');
  const wanted = patched(service, edit);
  await stage.apply([service]);
  const before = await stage.get(service);

  const plan = await stage.apply([wanted]);

  const after = await stage.get(service);
  expect(plan.changes.map(({ address }) => address)).toEqual([service.address]);
  expect(after.status.run_state).toBe('running');
  expect(await stage.remaining([wanted])).toEqual([]);
  return { before, after };
}
