import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, scratchRepo } from '../../support/cli.ts';
import { buildGuest, type Guest } from '../../support/libvirt/guest.ts';
import { type LibvirtRepo, libvirtRepo } from '../../support/libvirt/libvirt-repo.ts';
import { lacksForHost, PrivateHost } from '../../support/libvirt/private-host.ts';

const lacks = lacksForHost();

interface Taken {
  readonly id: string;
  readonly label: string;
  readonly trigger: string;
  readonly status: string;
  readonly [field: string]: unknown;
}

// One machine, and one life: each test goes on where the one before it ended.
describe.skipIf(lacks !== null)(`snapshots of a machine on libvirt${lacks === null ? '' : ` (${lacks})`}`, () => {
  let host: PrivateHost;
  let guest: Guest;
  let repo: LibvirtRepo;

  const held = new AsyncDisposableStack();
  beforeAll(async () => {
    guest = await buildGuest();
    host = held.use(await PrivateHost.start());
    repo = held.use(await libvirtRepo(host, guest, null));
    await repo.declare({
      cloud_init: null,
      provision: null,
      health_check: null,
      memory: '96MiB',
      ready: '{ serial: "READY after", timeout: 3m }',
      port_forwards: null,
    });
    await repo.applied();
  });

  afterAll(() => held.disposeAsync());

  const list = async (): Promise<readonly Taken[]> => {
    const { stdout } = await repo.done(['snapshot', 'list', 'box', '-o', 'json']);
    const { machines } = JSON.parse(stdout) as { readonly machines: readonly { readonly snapshots: Taken[] }[] };
    return machines.flatMap(({ snapshots }) => snapshots);
  };
  const take = async (label: string): Promise<void> =>
    void (await repo.done(['snapshot', 'create', 'box', label, '--description', `the ${label} one`]));
  const restore = async (label: string): Promise<void> =>
    void (await repo.done(['snapshot', 'restore', 'box', label, '--discard', '--auto-approve']));
  const state = async (): Promise<string> => host.virsh('domstate --reason demo-box');

  it('are taken of one that runs, is paused, is suspended and is stopped, which stays where it is', async () => {
    await take('running');
    expect(await state()).toMatch(/^running/);

    await host.virsh('suspend demo-box');
    await take('paused');
    expect(await state()).toMatch(/^paused/);
    await host.virsh('resume demo-box');

    await repo.done(['suspend', 'box']);
    await take('suspended');
    expect(await state()).toBe('shut off (saved)');

    await repo.done(['resume', 'box']);
    await repo.done(['stop', 'box']);
    await take('stopped');
    expect(await state()).toMatch(/^shut off/);

    const uuid = await host.virsh('domuuid demo-box');
    expect(await list()).toMatchObject(
      [
        ['running', 'Running'],
        ['paused', 'Suspended'],
        ['suspended', 'Suspended'],
        ['stopped', 'Stopped'],
      ].map(([label = '', status]) => ({
        label,
        status,
        description: `the ${label} one`,
        container_id: uuid,
        type: 'full',
        base_snapshot_id: null,
        checksum_manifest: expect.stringMatching(/^sha256:[a-f0-9]{64}$/) as unknown,
        trigger: 'manual',
      })),
    );
  });

  it('bring it back to where it was then, whatever it is now', async () => {
    await restore('running');
    expect(await state()).toMatch(/^running/);
    await restore('stopped');
    expect(await state()).toMatch(/^shut off/);
    await restore('suspended');
    expect(await state()).toBe('shut off (saved)');
    await restore('paused');
    expect(await state()).toMatch(/^paused/);
    await host.virsh('resume demo-box');
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('of others are told, and neither restored nor deleted', async () => {
    await host.virsh('snapshot-create-as demo-box theirs');

    expect((await repo.done(['snapshot', 'list', 'box'])).stdout).toContain("not trueup's: theirs");
    for (const action of ['restore', 'delete']) {
      const refused = await repo.trueup(['snapshot', action, 'box', 'theirs', '--auto-approve']);
      expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('snapshot_not_found') as unknown });
    }
    await host.virsh('snapshot-delete demo-box theirs');
  });

  it('are deleted when a person says yes, and not without', async () => {
    expect((await repo.trueup(['snapshot', 'delete', 'box', 'paused'])).status).toBe(64);
    await repo.done(['snapshot', 'delete', 'box', 'paused', '--auto-approve']);
    await repo.done(['snapshot', 'delete', 'box', 'suspended', '--auto-approve']);

    expect((await list()).map(({ label }) => label)).toEqual(['running', 'stopped']);
    expect((await host.virsh('snapshot-list demo-box --name')).split('\n')).toHaveLength(2);
  });

  it('outlive a machine that was undefined by hand, or destroyed without its disks', async () => {
    await host.virsh('destroy demo-box');
    await host.virsh('undefine demo-box --snapshots-metadata');
    await repo.applied();
    await repo.done(['destroy', 'local', '--auto-approve']);
    expect(await list()).toHaveLength(2);

    await repo.applied();
    await restore('stopped');

    expect(await state()).toMatch(/^shut off/);
  });

  it('are taken before a change that makes it start with something else, so many as are to be kept', async () => {
    for (const memory of ['100MiB', '104MiB', '108MiB']) {
      await repo.declare({ memory, apply_restart: 'on_change', snapshots: '{ when: before_change, keep: 2 }' });
      expect((await repo.trueup(['plan', '--verbose'])).stdout).toMatch(
        /vm\.box:snapshot {2}before restart of vm\.box/,
      );
      await repo.applied();
      expect(await repo.plan()).toMatch(/^No changes/);
    }

    const all = await list();

    expect(all.filter(({ trigger }) => trigger === 'system')).toHaveLength(2);
    expect(all.filter(({ trigger }) => trigger === 'manual')).toHaveLength(2);
  });

  it('are none of what is going on with it: a disk grows with them in it', async () => {
    await repo.declare({ disk: '24MiB', snapshots: null });
    await repo.applied();

    expect(await host.virsh('vol-dumpxml --pool default demo-box.disk')).toContain(
      `<capacity unit='bytes'>${24 * 1024 ** 2}<`,
    );
  });

  it('go to a file with the disks, which a killed export goes on with, once the machine is stopped', async () => {
    const file = join(repo.scratch, 'box.zip');
    const part = `${file}.part`;
    expect((await repo.trueup(['snapshot', 'export', 'box', file])).stderr).toContain('illegal_transition');
    await repo.done(['stop', 'box']);

    const first = repo.start(['snapshot', 'export', 'box', file]);
    await eventually(async () => existsSync(part) && (await stat(part)).size > 40_000_000, 'some of the package');
    first.child.kill('SIGKILL');
    await first.done;
    expect(existsSync(file)).toBe(false);
    const begun = await idIn(part);

    const { stdout } = await repo.done(['snapshot', 'export', 'box', file, '-o', 'json']);
    const { package: made } = JSON.parse(stdout) as { readonly package: Readonly<Record<string, unknown>> };
    expect(made).toMatchObject({ id: begun, format: 'zip', location: file, status: 'succeeded' });
    expect(existsSync(part)).toBe(false);
    const test = spawn('python3', ['-m', 'zipfile', '-t', file], { stdio: 'ignore' });
    expect(await once(test, 'exit')).toEqual([0, null]);
  });

  it('are not needed to bring it into another project: its disks are, checked before anything is touched', async () => {
    const file = join(repo.scratch, 'box.zip');
    await using other = await scratchRepo({
      'environments/local/environment.yaml': (await repo.read('environments/local/environment.yaml')).replace(
        'project: demo',
        'project: other',
      ),
    });
    const damaged = join(repo.scratch, 'damaged.zip');
    await writeFile(damaged, await readFile(file));
    await truncate(damaged, 1_000_000);
    expect((await other.trueup(['snapshot', 'import', damaged, 'box'])).stderr).toContain('package_damaged');
    expect(await host.remains()).not.toContain('other-box');

    expect(await other.trueup(['snapshot', 'import', file, 'box'])).toMatchObject({ status: 0 });
    expect((await other.trueup(['snapshot', 'import', file, 'box'])).stderr).toContain('package_refused');
    const boots = Number(/BOOTS (\d+)/.exec(await repo.console())?.[1]);
    expect(await other.trueup(['apply', '--auto-approve'])).toMatchObject({ status: 0 });

    const console = await readFile(`${host.pool}/other-box.console`, 'utf8');
    expect(Number(/BOOTS (\d+)/.exec(console)?.[1])).toBe(boots + 1);
    expect((await other.trueup(['plan'])).stdout).toMatch(/^No changes/);
    expect(await other.trueup(['destroy', 'local', '--volumes', '--auto-approve'])).toMatchObject({ status: 0 });
  });

  it('leave nothing behind when the disks go', async () => {
    await repo.done(['destroy', 'local', '--volumes', '--auto-approve']);

    expect(await host.remains()).toBe('');
  });
});

async function idIn(part: string): Promise<string> {
  const text = (await readFile(part)).subarray(0, 4096).toString('latin1');
  return /"id": "([^"]+)"/.exec(text)?.[1] ?? '';
}
