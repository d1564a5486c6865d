import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import { buildGuest, type Guest } from '../../support/libvirt/guest.ts';
import { type LibvirtRepo, libvirtRepo } from '../../support/libvirt/libvirt-repo.ts';
import { lacksForHost, PrivateHost } from '../../support/libvirt/private-host.ts';

const lacks = lacksForHost();

// One machine, and one life: each test goes on where the one before it ended.
describe.skipIf(lacks !== null)(`a machine on libvirt${lacks === null ? '' : ` (${lacks})`}`, () => {
  let host: PrivateHost;
  let guest: Guest;
  let repo: LibvirtRepo;

  const held = new AsyncDisposableStack();
  beforeAll(async () => {
    guest = await buildGuest();
    host = held.use(await PrivateHost.start());
    repo = held.use(await libvirtRepo(host, guest, { ssh: await freePort(), http: await freePort() }));
  });

  afterAll(() => held.disposeAsync());

  it('is created, waited for up to a test in it, and found equal, with and without what was recorded', async () => {
    await repo.applied();

    expect(await repo.console()).toMatch(/BOOTS 1\b[^]*SEED instance-id: demo-box[^]*READY/);
    expect(await repo.plan()).toMatch(/^No changes/);
    await repo.removeState();
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('waits with new memory for a restart, and says so with both values', async () => {
    await repo.declare({ memory: '112MiB', autostart: 'true', labels: '{ team: core }' });

    const announced = JSON.parse((await repo.trueup(['plan', '--output', 'json'])).stdout) as {
      readonly resource_changes: readonly { differences: readonly { field_path: string; effect: string }[] }[];
    };
    expect(announced.resource_changes.flatMap(({ differences }) => differences)).toMatchObject([
      { field_path: "$['autostart']", effect: 'in_place' },
      { field_path: "$['labels']['team']", effect: 'in_place' },
      { field_path: "$['memory']", effect: 'pending_restart' },
    ]);

    const { stdout } = await repo.done(['apply', 'local', '--auto-approve']);

    expect(stdout).toMatch(/pending restart[^]*112MiB/i);
    expect(await host.virsh('list --autostart --name')).toContain('demo-box');
    const plan = JSON.parse((await repo.trueup(['plan', '--output', 'json'])).stdout) as {
      readonly pending_restart?: readonly { configured: string; effective: string }[];
    };
    expect(plan.pending_restart).toMatchObject([{ configured: '112MiB', effective: '128MiB' }]);
    expect((await repo.trueup(['drift'])).status).toBe(0);
  });

  it('restarts for it where that is declared, and once for what QEMU rounds', async () => {
    await repo.declare({ memory: '114000KiB', apply_restart: 'on_change' });

    await repo.applied();

    expect(await host.virsh('dumpxml demo-box')).toMatch(/<memory unit='KiB'>114688</);
    expect(await repo.console()).toMatch(/BOOTS 2\b/);
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('grows a disk while it runs, and refuses to shrink it', async () => {
    await repo.declare({ disk: '32MiB' });
    await repo.applied();
    expect(await host.virsh('vol-dumpxml --pool default demo-box.disk')).toContain(
      `<capacity unit='bytes'>${32 * 1024 ** 2}<`,
    );

    await repo.declare({ disk: '20MiB' });
    expect(await repo.plan()).toContain('which destroys its data');
    await repo.declare({ disk: '32MiB' });
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('is healed around its disk where somebody undefined it', async () => {
    await host.virsh('destroy demo-box');
    await host.virsh('undefine demo-box');
    expect((await repo.trueup(['drift'])).status).toBe(2);

    await repo.applied();

    expect(await repo.console()).toMatch(/BOOTS 3\b/);
  });

  it('is defined again while it runs where somebody undefined it', async () => {
    await host.virsh('undefine demo-box');
    expect((await repo.trueup(['drift'])).status).toBe(2);

    await repo.applied();

    expect(await host.virsh('list --persistent --name')).toContain('demo-box');
    expect(await repo.console()).toMatch(/BOOTS 3\b/);
  });

  it('is started again where its process was killed', async () => {
    await host.kill('demo-box');
    expect((await repo.trueup(['drift'])).stdout).toContain('"failed"');

    await repo.applied();

    expect(await repo.console()).toMatch(/BOOTS 4\b/);
  });

  it('goes on where somebody paused it', async () => {
    await host.virsh('suspend demo-box');
    expect((await repo.trueup(['drift'])).stdout).toContain('"paused"');

    await repo.applied();

    expect(await host.virsh('domstate demo-box')).toBe('running');
  });

  it('is suspended to disk and comes back as it was', async () => {
    await repo.declare({ run_state: 'suspended' });
    await repo.applied();
    expect(await host.virsh('domstate --reason demo-box')).toBe('shut off (saved)');
    expect(await repo.plan()).toMatch(/^No changes/);

    await repo.declare({ run_state: 'running' });
    await repo.applied();

    expect(await repo.console()).toMatch(/BOOTS 4\b[^]*READY/);
  });

  it('is told of what somebody changed in its definition, and restarted for it', async () => {
    await host.virsh('setvcpus demo-box 3 --config --maximum');
    await host.virsh('setvcpus demo-box 3 --config');
    const { stdout, status } = await repo.trueup(['drift']);
    expect(status).toBe(2);
    expect(stdout).toMatch(/cpus: is 3, declared 1/);

    await repo.applied();

    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('is taken away without its disks, and comes back around them', async () => {
    await repo.done(['destroy', 'local', '--auto-approve']);
    expect(await host.remains()).toMatch(/^demo-box\.data .*\n.*\n\s*demo-box\.disk /);

    await repo.applied();

    expect(await repo.console()).toMatch(/BOOTS 6\b/);
  });

  it('leaves nothing behind where its disks may go, too', async () => {
    await repo.done(['destroy', 'local', '--volumes', '--auto-approve']);

    expect(await host.remains()).toBe('');
  });
});
