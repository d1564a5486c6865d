import { access } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildGuest, type Guest } from '../../support/libvirt/guest.ts';
import { type LibvirtRepo, libvirtRepo } from '../../support/libvirt/libvirt-repo.ts';
import { lacksForHost, PrivateHost } from '../../support/libvirt/private-host.ts';

const lacks = lacksForHost();

interface Check {
  readonly name: string;
  readonly status: string;
  readonly summary: string;
  readonly notes: readonly string[];
  readonly next: string | null;
}

describe.skipIf(lacks !== null)(`doctor on libvirt${lacks === null ? '' : ` (${lacks})`}`, () => {
  let host: PrivateHost;
  let guest: Guest;
  let repo: LibvirtRepo;

  const held = new AsyncDisposableStack();
  beforeAll(async () => {
    guest = await buildGuest();
    host = held.use(await PrivateHost.start());
    repo = held.use(await libvirtRepo(host, guest, null));
  });

  afterAll(() => held.disposeAsync());

  async function doctor(...args: readonly string[]): Promise<ReadonlyMap<string, Check>> {
    const { stdout } = await repo.trueup(['doctor', ...args, '--output', 'json']);
    const { checks } = JSON.parse(stdout) as { readonly checks: readonly Check[] };
    return new Map(checks.map((check) => [check.name, check]));
  }

  it('says what the host is, and that nothing has proved KVM', async () => {
    await repo.only({ accelerator: 'auto', kernel: 'KERNEL', initrd: 'INITRD' });

    const check = (await doctor()).get('engine host');

    expect(check?.summary).toMatch(/^libvirt \d+\.\d+\.\d+, QEMU \S+, x86_64 at qemu:/);
    expect(check?.notes.join('\n')).toMatch(/KVM: (unproved|absent)/);
  });

  it('warns once in the plan and in status of machines that are to take KVM where they can', async () => {
    await repo.only({ accelerator: 'auto', kernel: 'KERNEL', initrd: 'INITRD' });
    const plan = await repo.plan();
    const status = await repo.trueup(['status', 'local']);

    expect(plan.match(/under TCG, many times slower/g)).toHaveLength(1);
    expect(status.stdout).toContain('Unaccelerated=True');

    await repo.only({ kernel: 'KERNEL', initrd: 'INITRD', accelerator: 'tcg' });

    expect(await repo.plan()).not.toContain('slower');
    expect((await repo.trueup(['status', 'local'])).stdout).not.toContain('Unaccelerated');
  });

  it('boots what a machine boots under KVM, says within its deadline what came of it, and leaves nothing', async () => {
    const image = {
      accelerator: 'auto',
      image: 'IMAGE',
      ready: '{ serial: "READY after" }',
      cmdline: JSON.stringify(guest.cmdline),
    };
    await repo.only({ ...image, kernel: 'KERNEL', initrd: 'INITRD' });

    const checks = await doctor('--boot', 'box');

    const boot = checks.get('boot vm.box');
    const kvm = checks.get('engine host')?.notes.join('\n');
    const comes = boot?.status === 'ok';
    const hasDevice = await access('/dev/kvm').then(
      () => true,
      () => false,
    );
    expect(boot?.summary).toMatch(
      comes ? /boots under KVM/ : hasDevice ? /does not boot under KVM: / : /libvirt finds no KVM/,
    );
    expect(kvm).toMatch(comes ? /KVM: a guest has booted under it/ : /KVM: (unproved|absent)/);
    expect(await host.remains()).toBe('');
    expect(await repo.plan()).toMatch(comes ? /^(?![^]*slower)/ : /slower/);
  });

  it('leaves nothing where it is killed while a guest boots', async () => {
    await repo.only({ image: 'IMAGE', kernel: 'KERNEL', initrd: 'INITRD', cmdline: JSON.stringify(guest.cmdline) });
    const running = repo.start(['doctor', '--boot', 'box']);
    await running.until(/booting vm\.box|boot vm\.box/);
    running.child.kill('SIGKILL');
    await running.done;

    await repo.trueup(['doctor', '--boot', 'box']);

    expect(await host.remains()).toBe('');
  });

  it('boots no machine that is none', async () => {
    const { status, stderr } = await repo.trueup(['doctor', '--boot', 'volume.box.disk']);

    expect([status, stderr]).toEqual([64, expect.stringContaining('is no VM') as string]);
  });
});
