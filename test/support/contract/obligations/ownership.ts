/** What belongs to somebody else is reported where it is in the way, and never touched. */
import { expect } from 'vitest';
import { type Obligation, Stage } from '../stage.ts';
import { everything } from './creating.ts';

export const OWNERSHIP: readonly Obligation[] = [
  {
    name: 'a namesake of another owner is reported with its owner, and is a conflict',
    needs: [],
    shares: 'theirs',
    async check(stage) {
      const resources = everything(stage.harness);
      const other = await Stage.open(stage.harness, { owner: 'owner-2' });
      await other.place(resources);
      await other.close();

      const owners = (await stage.objects(resources)).map(({ ownership }) => ownership?.owner);
      const plan = await stage.plan(resources);

      expect(owners).toEqual(resources.map(() => 'owner-2'));
      expect(plan.conflicts.map(({ name }) => name).toSorted()).toEqual(resources.map(({ name }) => name).toSorted());
      expect(plan.steps).toEqual([]);
    },
  },
  {
    name: 'making something whose name is taken fails, and leaves the namesake as it was',
    needs: [],
    shares: 'theirs',
    async check(stage) {
      const resources = everything(stage.harness);
      const { steps } = stage.planFromNothing(resources);
      const other = await Stage.open(stage.harness, { owner: 'owner-2' });
      await other.place(resources);
      await other.close();
      const before = await stage.harness.world.snapshot();

      for (const resource of resources) {
        const making = steps.find(({ address }) => address === resource.address);
        if (making === undefined) throw new Error(`nothing makes ${resource.address}`);
        await expect(stage.runStep(making), resource.address).rejects.toMatchObject({ code: 'name_in_use' });
      }

      expect(await stage.harness.world.snapshot()).toBe(before);
    },
  },
  {
    name: 'what belongs to another owner is none of ours',
    needs: [],
    shares: 'theirs',
    async check(stage) {
      const other = await Stage.open(stage.harness, { owner: 'owner-2' });
      await other.place(everything(stage.harness));
      await other.close();

      expect(await stage.objects()).toEqual([]);
      expect((await stage.plan([])).changes).toEqual([]);
    },
  },
];
