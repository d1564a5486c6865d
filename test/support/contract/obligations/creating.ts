/** Making things: what was made is observed exactly as desired, says whose it is, and is made only once. */
import { expect } from 'vitest';
import { CHECKOUT, ENVIRONMENT, type Obligation, PROJECT, REVISION, stepsOfDriver } from '../stage.ts';
import type { DesiredResource } from '../../../../src/model/desired.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import type { ContractHarness } from '../harness.ts';

export const CREATING: readonly Obligation[] = [
  {
    name: 'what was created is observed as desired, without any difference',
    needs: [],
    shares: 'ours',
    async check(stage) {
      const service = stage.harness.service('web', 'runs');

      await stage.apply([service]);

      expect(await stage.remaining([service])).toEqual([]);
      expect((await stage.get(service)).status.run_state).toBe('running');
    },
  },
  {
    name: 'a service that runs to its end is observed as completed, without any difference',
    needs: ['ends'],
    async check(stage) {
      const service = stage.harness.service('job', 'exits_0', { run_state: 'completed' });

      await stage.apply([service]);

      const completed = await stage.reaches(service, 'completed');
      expect(completed.status.exit_code).toBe(0);
      expect(await stage.remaining([service])).toEqual([]);
    },
  },
  {
    name: 'a service that exits with an error is observed as failed, with its status and a reason',
    needs: ['ends'],
    async check(stage) {
      const service = stage.harness.service('web', 'exits_1');

      await stage.apply([service]);

      const failed = await stage.reaches(service, 'failed');
      expect(failed.status.exit_code).toBe(1);
      expect(failed.status.reason).toMatch(/./);
      expect(await stage.remaining([service])).toEqual(['service.web update', `$['run_state'] ["failed","running"]`]);
    },
  },
  {
    name: 'a service that is to be stopped is made, and not started',
    needs: [],
    shares: 'ours',
    async check(stage) {
      await stage.apply([]);
      const service = stage.harness.service('web', 'runs', { run_state: 'stopped' });

      await stage.apply([service]);

      const { run_state: state, incarnation } = (await stage.get(service)).status;
      // Not every engine remembers whether something ever ran.
      expect(['created', 'stopped']).toContain(state);
      expect(incarnation).toBeNull();
      expect(await stage.remaining([service])).toEqual([]);
    },
  },
  {
    name: 'ownership is read back as it was written',
    needs: [],
    shares: 'ours',
    async check(stage) {
      const resources = everything(stage.harness);

      await stage.apply(resources);

      for (const resource of resources) {
        expect((await stage.get(resource)).ownership).toEqual({
          owner: stage.owner,
          project: PROJECT,
          environment: ENVIRONMENT,
          address: resource.address,
          checkout: CHECKOUT,
          created_revision: REVISION,
        });
      }
    },
  },
  {
    name: 'every step can be repeated without a second effect',
    needs: [],
    shares: 'ours',
    async check(stage) {
      await stage.apply([]);
      const resources = everything(stage.harness);
      const { steps } = await stage.plan(resources);

      for (const step of stepsOfDriver(steps)) {
        await stage.runStep(step);
        const once = await stage.harness.world.snapshot();
        await stage.runStep(step);
        expect(await stage.harness.world.snapshot(), step.id).toBe(once);
      }

      expect(await stage.remaining(resources)).toEqual([]);
    },
  },
  {
    name: 'many services can be made at once',
    needs: ['quick_making'],
    async check(stage) {
      const services = Array.from({ length: stage.harness.many ?? 8 }, (_, index) =>
        stage.harness.service(`s${index}`, 'runs'),
      );

      await Promise.all(services.map((service) => stage.run(stage.planFromNothing([service]).steps)));

      expect(await stage.remaining(services)).toEqual([]);
    },
  },
  {
    name: 'a secret reaches the service, and is observed as the secret that it is, never in plain text',
    needs: ['secrets', 'exec'],
    async check(stage) {
      const { vault, commands } = stage.harness;
      const secret = { $secret: 'abc' };
      const service = stage.harness.service('web', 'runs', { environment_variables: { TOKEN: secret } });

      await stage.apply([service]);

      expect(await stage.remaining([service])).toEqual([]);
      expect(JSON.stringify(await stage.get(service))).not.toContain(vault.reveal(secret));
      const { output } = await stage.exec(service, commands.printVariable('TOKEN'));
      expect(output).toBe(`${vault.reveal(secret)}\n`);
    },
  },
  {
    name: 'a start whose port is taken fails, names the holder, and leaves the holder alone',
    needs: ['ports'],
    async check(stage) {
      const { harness } = stage;
      const first = harness.service('first', 'listens');
      const second = harness.service('second', 'runs', portsOf(first));
      await stage.apply([first]);
      const before = await stage.reaches(first, 'running');
      await stage.reachable(first, harness.portOf(first));

      const failed = stage.apply([first, second]);

      await expect(failed).rejects.toMatchObject({ code: 'port_in_use', fields: { port: harness.portOf(first) } });
      expect((await stage.get(first)).status.incarnation).toBe(before.status.incarnation);
      expect((await stage.get(second)).status.run_state).not.toBe('running');
    },
  },
];

/** What of a configuration says which ports it takes. */
function portsOf({ config }: DesiredResource): JsonObject {
  const names = ['networking', 'port_forwards'].filter((name) => Object.hasOwn(config, name));
  return Object.fromEntries(names.map((name) => [name, config[name] ?? null]));
}

/** A service with all that the engine has for it. */
export function everything(harness: ContractHarness): readonly DesiredResource[] {
  const volume = harness.volume('data');
  const network = harness.network('inner');
  const plain = harness.service('web', 'runs');
  const mounted = volume === null ? plain : harness.mounting(plain, volume);
  const service = network === null ? mounted : harness.joining(mounted, network);
  return [service, ...(volume === null ? [] : [volume]), ...(network === null ? [] : [network])];
}
