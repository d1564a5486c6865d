/** Reaching into what runs: commands and connections, as probes and people need them. */
import { expect } from 'vitest';
import type { ExecResult } from '../../../../src/drivers/reach.ts';
import type { ObjectReference } from '../../../../src/drivers/scope.ts';
import { patched } from '../desired.ts';
import { type Obligation, referenceTo, type Stage } from '../stage.ts';

export const REACHING: readonly Obligation[] = [
  {
    name: 'a command gives its exit status and its output',
    needs: ['exec'],
    shares: 'ours',
    async check(stage) {
      const service = stage.harness.service('web', 'runs');
      await stage.apply([service]);
      const { commands } = stage.harness;

      expect(await stage.exec(service, commands.print('hello'))).toEqual({ exit_code: 0, output: 'hello\n' });
      expect(await stage.exec(service, commands.exit(3))).toMatchObject({ exit_code: 3 });
    },
  },
  {
    name: 'a command that does not exist ends with status 127',
    needs: ['exec'],
    shares: 'ours',
    async check(stage) {
      const service = stage.harness.service('web', 'runs');
      await stage.apply([service]);

      expect(await stage.exec(service, ['/no/such/program'])).toMatchObject({ exit_code: 127 });
    },
  },
  {
    name: 'a command has the environment of the desired configuration',
    needs: ['exec', 'environment'],
    async check(stage) {
      const service = stage.harness.service('web', 'runs', { environment_variables: { COLOUR: 'green' } });
      await stage.apply([service]);

      const result = await stage.exec(service, stage.harness.commands.printVariable('COLOUR'));

      expect(result).toEqual({ exit_code: 0, output: 'green\n' });
    },
  },
  {
    name: 'a command may have variables of its own beside those',
    needs: ['exec', 'environment'],
    async check(stage) {
      const service = stage.harness.service('web', 'runs', { environment_variables: { COLOUR: 'green' } });
      await stage.apply([service]);
      const print = (name: string, environment: Readonly<Record<string, string>>): Promise<ExecResult> =>
        stage.exec(service, stage.harness.commands.printVariable(name), { environment });

      expect(await print('SHAPE', { SHAPE: 'round' })).toEqual({ exit_code: 0, output: 'round\n' });
      expect(await print('COLOUR', { COLOUR: 'red' })).toEqual({ exit_code: 0, output: 'red\n' });
      expect(await print('COLOUR', { SHAPE: 'round' })).toEqual({ exit_code: 0, output: 'green\n' });
    },
  },
  {
    name: 'too much output is cut from the front',
    needs: ['exec'],
    shares: 'ours',
    async check(stage) {
      const service = stage.harness.service('web', 'runs');
      await stage.apply([service]);

      const { output } = await stage.exec(service, stage.harness.commands.fill(5000), { maxOutput: 100 });

      expect(output.length).toBeLessThanOrEqual(100);
      expect(output.endsWith('!')).toBe(true);
    },
  },
  {
    name: 'an abort ends a command with its reason',
    needs: ['exec'],
    shares: 'ours',
    async check(stage) {
      const service = stage.harness.service('web', 'runs');
      await stage.apply([service]);
      const controller = new AbortController();
      const reason = new Error('enough');

      const hanging = stage.exec(service, stage.harness.commands.hang, { signal: controller.signal });
      setImmediate(() => controller.abort(reason));

      await expect(hanging).rejects.toBe(reason);
      expect((await stage.get(service)).status.run_state).toBe('running');
    },
  },
  {
    name: 'no command runs in what does not run',
    needs: ['exec'],
    shares: 'ours',
    async check(stage) {
      const service = stage.harness.service('web', 'runs');
      await stage.apply([service]);
      await stage.apply([patched(service, { run_state: 'stopped' })]);
      const missing = stage.harness.service('missing', 'runs');

      for (const target of [service, missing]) {
        const result = stage.exec(target, stage.harness.commands.print('hello'));
        await expect(result).rejects.toMatchObject({ code: 'not_running' });
      }
    },
  },
  {
    name: 'a connection reaches a port on which the service listens',
    needs: ['connect'],
    shares: 'ours',
    async check(stage) {
      const service = stage.harness.service('web', 'listens');
      await stage.apply([service]);

      await stage.reachable(service, stage.harness.portOf(service));
    },
  },
  {
    name: 'a connection to a port on which nobody listens is rejected',
    needs: ['connect'],
    shares: 'ours',
    async check(stage) {
      const service = stage.harness.service('web', 'runs');
      await stage.apply([service]);

      // Nobody can listen on port 1 without being root, and nobody does.
      await expect(connects(stage, service, 1)).rejects.toThrow();
    },
  },
];

async function connects(stage: Stage, object: ObjectReference, port: number): Promise<void> {
  const stream = await stage.actuator.connect(referenceTo(object), { port }, new AbortController().signal);
  stream.destroy();
}
