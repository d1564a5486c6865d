import { afterEach, expect, it, vi } from 'vitest';
import type { VmEvent } from '../../../src/model/vm-event.ts';
import { stateFolder } from '../../../src/state/folder.ts';
import { readVmEvents } from '../../../src/state/vm-events.ts';
import { eventually } from '../../support/eventually.ts';
import { type ServedRepo, servedRepo } from '../../support/served-repo.ts';

const MANIFEST = `policies: { drift: report }
vms:
  box: { driver: libvirt, memory: 64MiB, cpus: 1, disk: 1GiB }
`;

afterEach(() => {
  vi.unstubAllEnvs();
});

async function jumpsOf({ folder }: ServedRepo): Promise<readonly VmEvent[]> {
  const reading = { now: Date.now(), onProblem: (problem: Error) => expect.fail(problem.message) };
  const jumps: VmEvent[] = [];
  for await (const event of readVmEvents(stateFolder(folder), 'local', reading)) {
    if (event.eventType === 'StatusChanged' && event.severity === 'Warning') jumps.push(event);
  }
  return jumps;
}

it('writes down once what the world did to a VM, also where the policy leaves it so', async () => {
  await using repo = await servedRepo({ 'environments/local/environment.yaml': MANIFEST }, { driver: 'libvirt' });
  await repo.passed('applied');
  expect(await jumpsOf(repo)).toEqual([]);

  repo.engine.world.stop('local-box', 'vm');
  await eventually(async () => (await jumpsOf(repo)).length > 0, 'the jump');
  const before = repo.events.length;
  repo.environment().trigger({ kind: 'request', reason: 'a test', addresses: null, isWord: true });
  await repo.passed('reported', before);

  expect(await jumpsOf(repo)).toMatchObject([{ vmId: 'local/vm.box', details: { from: 'Running', cause: 'world' } }]);
});
