import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialled } from '../../../src/drivers/dialled.ts';
import type { DriverRegistry } from '../../../src/drivers/driver.ts';
import { libvirtDriver } from '../../../src/drivers/libvirt/index.ts';
import { assertFresh, savedPlanOf } from '../../../src/flow/saved-plan.ts';
import { type ScratchRepo, scratchRepo } from '../../support/cli.ts';
import { type Flows, flowsOf } from '../../support/flows.ts';
import { freePort } from '../../support/free-port.ts';
import { buildGuest, type Guest } from '../../support/libvirt/guest.ts';
import { lacksForHost, PrivateHost } from '../../support/libvirt/private-host.ts';
import { simulatedDriver } from '../../support/simulated/driver.ts';
import { type SimulatedEngine, simulatedEngine } from '../../support/simulated/engine.ts';

const lacks = lacksForHost();
const MACHINE = 'demo-builder';
const MANIFEST = 'environments/local/environment.yaml';

// One machine with a simulated engine in it, and one life: each test goes on where the one before it ended.
describe.skipIf(lacks !== null)(`an engine in a machine on libvirt${lacks === null ? '' : ` (${lacks})`}`, () => {
  let host: PrivateHost;
  let guest: Guest;
  let repo: ScratchRepo;
  let flows: Flows;
  let inner: SimulatedEngine;
  let ports: { readonly ssh: number; readonly http: number };

  const held = new AsyncDisposableStack();
  beforeAll(async () => {
    guest = await buildGuest();
    host = held.use(await PrivateHost.start());
    inner = simulatedEngine({ name: 'inner' });
    ports = { ssh: await freePort(), http: await freePort() };
    repo = held.use(await scratchRepo({ [MANIFEST]: manifest({}) }));
    flows = flowsOf(repo, drivers);
  });

  afterAll(() => held.disposeAsync());

  /** What the machine is declared as besides, and the command of the service in it. */
  function manifest({
    fields = '',
    command = 'serve',
  }: {
    readonly fields?: string;
    readonly command?: string;
  }): string {
    return `name: local
type: local
project: demo
engines:
  host: { driver: libvirt, uri: "${host.uri}" }
  inner: { driver: docker, vm: builder, port: 8080 }
vms:
  builder:
    engine: host
    cpus: 1
    memory: 128MiB
    image: ${guest.image}
    kernel: ${guest.kernel}
    initrd: ${guest.initrd}
    cmdline: ${JSON.stringify(guest.cmdline)}
    port_forwards: ["${ports.ssh}:22", "${ports.http}:8080"]
    stop_grace_period: 20s
    deletion_policy: delete
    ready: { serial: "READY after", timeout: 3m }
    ${fields}
services:
  db: { engine: inner, process: { command: [${command}] } }
  web: { engine: inner, process: { command: [serve] }, dependencies: [db] }
`;
  }

  const simulated = simulatedDriver(() => inner);
  const drivers: DriverRegistry = dialled({
    names: ['docker', 'libvirt'],
    load: (name) => Promise.resolve(name === 'docker' ? simulated : name === 'libvirt' ? libvirtDriver : null),
  });

  it('is planned before the machine exists, and what runs in it made in the same run, also from a saved plan', async () => {
    const run = await flows.withPlan({}, async (planned, go) => {
      expect(planned.plan.second_stage).toEqual([
        { engine: 'inner', provided_by: 'vm.builder', addresses: ['service.db', 'service.web'] },
      ]);
      const saved = savedPlanOf(planned.plan, planned.declared.resources);
      assertFresh(saved, planned.plan, planned.declared.resources);
      return go(saved.plan);
    });

    expect(run).toMatchObject({ status: 'succeeded' });
    expect(await host.virsh('list --name')).toContain(MACHINE);
    expect(inner.world.get('demo-web-1').life).toMatchObject({ state: 'running' });
    expect(await flows.plan()).toBe('');
    await repo.removeState();
    expect(await flows.plan()).toBe('');
  });

  it('is looked at again once a machine that somebody stopped is up again', async () => {
    await host.virsh(`destroy ${MACHINE}`);
    for (const name of ['demo-db-1', 'demo-web-1']) inner.world.stop(name);

    const run = await flows.apply();

    expect(run.status).toBe('succeeded');
    expect(run.found_inside?.map(({ address }) => address)).toEqual(['service.db', 'service.web']);
    expect(await flows.plan()).toBe('');
  });

  it('is at rest with its machine', async () => {
    await repo.write({ [MANIFEST]: manifest({ fields: 'run_state: stopped' }) });

    expect((await flows.apply()).status).toBe('succeeded');

    expect(await flows.plan()).toBe('');
    await repo.write({ [MANIFEST]: manifest({}) });
    expect((await flows.apply()).status).toBe('succeeded');
    expect(await flows.plan()).toBe('');
  });

  it('is not changed by a second stage that nobody was shown', async () => {
    await host.virsh(`destroy ${MACHINE}`);
    await repo.write({ [MANIFEST]: manifest({ command: 'other' }) });
    const before = inner.snapshot();

    const run = await flows.apply();

    expect(run.steps.find(({ id }) => id === 'vm.builder:look_inside')?.error?.code).toBe('second_stage_refused');
    expect(inner.snapshot()).toBe(before);
    expect((await flows.apply()).status).toBe('succeeded');
    expect(await flows.plan()).toBe('');
  });

  it('is removed before its machine, and nothing is left', async () => {
    const run = await flows.apply({ mode: 'destroy', destroyData: true });

    expect(run.status).toBe('succeeded');
    expect(inner.objects.all()).toEqual([]);
    expect(await host.remains()).toBe('');
  });
});
