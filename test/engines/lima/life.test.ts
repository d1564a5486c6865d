import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLimaGuest } from '../../support/lima/guest.ts';
import { type LimaRepo, limaRepo } from '../../support/lima/lima-repo.ts';
import { lacksForLima, PrivateHome } from '../../support/lima/private-home.ts';

const lacks = lacksForLima();

// One machine, and one life: each test goes on where the one before it ended.
describe.skipIf(lacks !== null)(`a machine of Lima${lacks === null ? '' : ` (${lacks})`}`, () => {
  let home: PrivateHome;
  let repo: LimaRepo;

  beforeAll(async () => {
    home = await PrivateHome.make();
    repo = await limaRepo(home, await buildLimaGuest());
  });

  afterAll(async () => {
    await repo[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });

  async function drift(): Promise<string> {
    const { status, stdout } = await repo.trueup(['drift']);
    expect(status).toBe(2);
    return stdout;
  }

  async function edit(from: RegExp | string, to: string): Promise<void> {
    const path = home.path('demo-box', 'lima.yaml');
    await writeFile(path, (await readFile(path, 'utf8')).replace(from, to));
  }

  async function pending(): Promise<unknown> {
    const { stdout } = await repo.done(['plan', '--output', 'json']);
    return (JSON.parse(stdout) as { readonly pending_restart?: unknown }).pending_restart;
  }

  it('is made, waited for up to a test in it, and found equal, with and without what was recorded', async () => {
    await repo.applied();

    expect(await repo.console()).toMatch(/BOOTS 1\b[^]*READY/);
    expect((await repo.done(['exec', 'vm.box', '--', 'cat', '/run/hello'])).stdout).toBe('hello {{you}}\n');
    expect(await repo.plan()).toMatch(/^No changes/);
    await repo.removeState();
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('waits with new memory for a restart, and says so with both values', async () => {
    await repo.declare({ memory: '112MiB', labels: '{ team: core }' });

    await repo.applied();

    expect(await repo.plan()).toMatch(/^No changes/);
    expect(await pending()).toMatchObject([{ configured: '112MiB', effective: '128MiB' }]);
    expect((await repo.trueup(['drift'])).status).toBe(0);
  });

  it('is told of what somebody wrote into its template, and still knows what it was started with', async () => {
    await edit('cpus: 1', 'cpus: 2');
    expect(await drift()).toMatch(/cpus: is 2, declared 1/);

    await repo.applied();

    expect(await pending()).toMatchObject([{ configured: '112MiB', effective: '128MiB' }]);
  });

  it('tells edits that Lima ignores for ever from those that it does not, and takes both back in place', async () => {
    await edit(/location: .*disk\.qcow2/, 'location: /nowhere.qcow2');
    await appendFile(home.path('demo-box', 'lima.yaml'), 'timezone: Europe/Berlin\nmessage: hello\n');
    const told = await drift();
    expect(told).toMatch(/ignored_edits: is .*nowhere/);
    expect(told).toMatch(/driver_options\.message: is "hello"/);

    await repo.applied();

    expect(await repo.plan()).toMatch(/^No changes/);
    expect(await repo.console()).not.toMatch(/BOOTS 2\b/);
  });

  it('restarts for a change where that is declared, and grows its disks along', async () => {
    await repo.declare({
      apply_restart: 'on_change',
      disk: '24MiB',
      additional_disks: '[{ name: data, size: 12MiB }]',
    });

    await repo.applied();

    expect(await repo.console()).toMatch(/BOOTS 2\b/);
    expect(await home.limactl('disk', 'list', '--json')).toContain(`"size":${12 * 1024 ** 2}`);
    expect(await repo.plan()).toMatch(/^No changes/);
    expect(await pending()).toBeUndefined();
  });

  it('keeps its disk where a change would destroy what is on it', async () => {
    await repo.declare({ disk: '20MiB' });
    expect(await repo.plan()).toContain('which destroys its data');

    await repo.declare({ disk: '24MiB' });
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('is started again where its process was killed', async () => {
    await home.kill('demo-box', 'qemu');
    await drift();

    await repo.applied();

    expect(await repo.console()).toMatch(/BOOTS 3\b/);
  });

  it('is brought down and started again where its host agent was killed', async () => {
    await home.kill('demo-box', 'ha');
    expect(await drift()).toContain('"dead"');

    await repo.applied();

    expect(await home.status('demo-box')).toBe('Running');
    expect(await repo.console()).toMatch(/BOOTS 4\b/);
  });

  it('is repaired where nobody can read its template, and where it is gone', async () => {
    await writeFile(home.path('demo-box', 'lima.yaml'), 'images: [');
    await drift();
    await repo.applied();
    expect(await repo.plan()).toMatch(/^No changes/);

    await rm(home.path('demo-box', 'lima.yaml'));
    await drift();
    await repo.applied();

    expect(await repo.plan()).toMatch(/^No changes/);
    expect(await home.status('demo-box')).toBe('Running');
  });

  it('is stopped and started by command', async () => {
    await repo.done(['stop', 'vm.box']);
    expect(await home.status('demo-box')).toBe('Stopped');

    await repo.done(['start', 'vm.box']);

    expect(await home.status('demo-box')).toBe('Running');
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('is stopped and kept, with its disks, where its data may not go', async () => {
    const { status, stdout, stderr } = await repo.trueup(['destroy', 'local', '--auto-approve']);
    expect({ status, told: /vm\.box keeps its data/.test(stdout + stderr) }).toEqual({ status: 3, told: true });
    expect(await home.status('demo-box')).toBe('Stopped');
    expect(await home.remains()).toBe('demo-box\ndemo-box.data');

    await repo.applied();

    expect(await home.status('demo-box')).toBe('Running');
    expect(await repo.console()).not.toMatch(/BOOTS 1\b/);
  });

  it('is not taken for a copy of it that somebody made', async () => {
    await home.limactl('stop', 'demo-box');
    await home.limactl('clone', 'demo-box', 'demo-copy');
    await repo.done(['start', 'vm.box']);

    expect(await repo.plan()).toMatch(/^No changes/);
    await home.limactl('delete', '--force', 'demo-copy');
  });

  it('is made anew where somebody deleted it, around the disk that outlives it', async () => {
    await home.limactl('delete', '--force', 'demo-box');
    await drift();

    await repo.applied();

    expect(await repo.console()).toMatch(/BOOTS 1\b/);
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('leaves nothing behind where its data may go', async () => {
    await repo.done(['destroy', 'local', '--volumes', '--auto-approve']);

    expect(await home.remains()).toBe('');
  });
});
