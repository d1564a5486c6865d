import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Actuator } from '../../../src/drivers/driver.ts';
import type { StepContext } from '../../../src/drivers/step-context.ts';
import { lockProject } from '../../../src/flow/locking.ts';
import type { Workspace } from '../../../src/flow/workspace.ts';
import type { Step } from '../../../src/model/plan.ts';
import { stateFolder } from '../../../src/state/folder.ts';
import { environment } from '../../support/builders.ts';
import { ClaimMemory } from '../../support/claim-memory.ts';
import { eventually } from '../../support/eventually.ts';

const { signal } = new AbortController();

/** Notes what reaches the engine. */
function engineOf(calls: string[]): Actuator {
  return {
    run: async () => {
      calls.push('run');
      return {};
    },
    exec: async () => {
      calls.push('exec');
      return { exit_code: 0, output: '' };
    },
    connect: () => Promise.reject(new Error('nobody listens')),
    async *readVolume() {
      calls.push('readVolume');
      yield new Uint8Array(0);
    },
    writeVolume: async () => void calls.push('writeVolume'),
    close: async () => undefined,
  };
}

it('begins nothing on an engine once its lock is lost', async () => {
  const root = await mkdtemp(join(tmpdir(), 'tu-locking-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const memory = new ClaimMemory();
  const calls: string[] = [];
  const driver = { identity: () => root, actuator: async () => engineOf(calls), claims: async () => memory.seenFrom() };
  const workspace = {
    drivers: { names: ['far'], load: async () => driver },
    state: stateFolder(root),
    environment: { TRUEUP_LOCK_LEASE: '300ms' },
  } as unknown as Workspace;
  const engines = { far: { name: 'far', driver: 'far', settings: {} } };
  const wanted = { environment: environment([], { engines }), command: 'trueup apply' };
  await using held = await lockProject(workspace, wanted, signal);
  const far = await held.workspace.drivers.load('far');
  const actuator = await far?.actuator({ name: 'far', driver: 'far', settings: {} });
  const [step, context] = [{} as Step, {} as StepContext];
  const object = { type: 'service', name: 'web' } as const;
  const read = async (): Promise<void> => {
    for await (const _ of actuator?.readVolume?.('data', context) ?? []);
  };

  memory.claims.clear();
  await eventually(() => held.signal.aborted, 'the loss of the lock');

  await expect(actuator?.run(step, context)).rejects.toMatchObject({ code: 'lock_lost' });
  await expect(actuator?.exec(object, {}, ['true'], {} as never)).rejects.toMatchObject({ code: 'lock_lost' });
  await expect(read()).rejects.toMatchObject({ code: 'lock_lost' });
  await expect(actuator?.writeVolume?.('data', (async function* () {})(), context)).rejects.toMatchObject({
    code: 'lock_lost',
  });
  expect(calls).toEqual([]);
});
