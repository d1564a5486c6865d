import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';
import { buildGuest } from '../../support/libvirt/guest.ts';
import { type HostPorts, type LibvirtRepo, libvirtRepo } from '../../support/libvirt/libvirt-repo.ts';
import { lacksForHost, PrivateHost } from '../../support/libvirt/private-host.ts';

const run = promisify(execFile);
const lacks = lacksForHost();

// One machine, and one life: each test goes on where the one before it ended.
describe.skipIf(lacks !== null)(`a machine in a bad world${lacks === null ? '' : ` (${lacks})`}`, () => {
  let host: PrivateHost;
  let ports: HostPorts;
  let repo: LibvirtRepo;

  const held = new AsyncDisposableStack();
  beforeAll(async () => {
    host = held.use(await PrivateHost.start({ poolSize: '40m' }));
    ports = { ssh: await freePort(), http: await freePort() };
    repo = held.use(await libvirtRepo(host, await buildGuest(), ports));
    await repo.declare({ disk: '64MiB' });
    await repo.applied();
  });

  afterAll(() => held.disposeAsync());

  it('is unknown while libvirt is gone, is healed by nobody, and is as it was when it is back', async () => {
    const before = await host.pid('demo-box');
    await host.endDaemon('libvirtd');

    const [plan, apply, status] = [
      await repo.trueup(['plan', 'local']),
      await repo.trueup(['apply', 'local', '--auto-approve']),
      await repo.trueup(['status', 'local', '--output', 'json']),
    ];

    expect([plan.status, apply.status]).toEqual([1, 1]);
    expect(plan.stdout + plan.stderr).toContain('does not answer');
    expect(status.stdout).toMatch(/"run_state": ?"unknown"[^]*"status": ?"Unknown"/);
    await host.startDaemons();
    expect(await repo.plan()).toMatch(/^No changes/);
    expect(await host.pid('demo-box')).toBe(before);
  });

  it('is not started where nobody writes its console down, and says who should', async () => {
    await host.virsh('destroy demo-box');
    await host.endDaemon('virtlogd');

    const failed = await repo.trueup(['apply', 'local', '--auto-approve']);

    expect(failed.status).not.toBe(0);
    expect(failed.stdout + failed.stderr).toMatch(/virtlogd/);
    await host.startDaemons();
    await repo.applied();
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('is as ready as it was however much it writes, and begins anew with its next start', async () => {
    const written = 'yes 0123456789abcdef | head -c 160000 >/dev/console';
    await repo.done(['exec', 'box', '--', 'sh', '-c', written]);
    await eventually(async () => (await readdir(host.pool)).includes('demo-box.console.0'), 'the console to be rolled');
    expect(await repo.console()).not.toContain('READY');

    await repo.applied();

    await repo.done(['restart', 'box']);
    expect(await repo.console()).toMatch(/BOOTS \d+\b[^]*READY/);
    expect((await readdir(host.pool)).filter((name) => name.startsWith('demo-box.console'))).toEqual([
      'demo-box.console',
    ]);
  });

  it('says that a disk is full where it is paused for it, and goes on once there is room', async () => {
    // It comes to its end once there is room.
    const filling = repo.start([
      'exec',
      'box',
      '--',
      'dd',
      'if=/dev/zero',
      'of=/dev/vda',
      'bs=1M',
      'seek=1',
      'count=60',
    ]);
    await eventually(
      async () => (await host.virsh('domstate --reason demo-box')) === 'paused (I/O error)',
      'the machine to be paused',
    );

    const { stdout, status } = await repo.trueup(['status', 'local', '--output', 'json']);

    expect([status, stdout]).toEqual([0, expect.stringMatching(/is there space left[^]*"status": ?"Error"/)]);
    expect((await repo.trueup(['drift', 'local'])).status).toBe(2);
    await run('mount', ['-o', 'remount,size=200m', host.pool]);
    await repo.applied();
    expect(await host.virsh('domstate demo-box')).toBe('running');
    expect(await filling.done).toMatchObject({ status: 0 });
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('is started afresh where what it remembers cannot be read any more, and says so', async () => {
    await host.virsh('managedsave demo-box --running');
    await writeFile(join(host.folder, 'lib/qemu/save/demo-box.save'), 'LibvirtQemudSave?');

    const { stdout, stderr } = await repo.done(['apply', 'local', '--auto-approve']);

    expect(stdout + stderr).toContain('started afresh');
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('is told of a disk that somebody made larger, and keeps it', async () => {
    await host.virsh('blockresize demo-box vdb 12MiB');

    const { stdout, status } = await repo.trueup(['drift', 'local']);

    expect([status, stdout]).toEqual([
      2,
      expect.stringMatching(/volume\.box\.data[^]*size: is "12MiB", declared "8MiB"/),
    ]);
    expect((await repo.trueup(['apply', 'local', '--auto-approve'])).status).not.toBe(0);
    expect(await host.virsh('vol-dumpxml --pool default demo-box.data')).toContain(`${12 * 1024 ** 2}`);
    await repo.declare({ additional_disks: '[{ name: data, size: 12MiB }]' });
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('gets a disk anew where somebody removed it with the machine', async () => {
    await host.virsh('destroy demo-box');
    await host.virsh('undefine demo-box --remove-all-storage');
    expect((await repo.trueup(['drift', 'local'])).status).toBe(2);

    await repo.applied();

    expect(await repo.console()).toMatch(/BOOTS 1\b/);
    expect(await repo.plan()).toMatch(/^No changes/);
  });
});
