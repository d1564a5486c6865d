import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageInfo } from '../../../src/drivers/lima/qemu-img/image-info.ts';
import { openConsole } from '../../../src/drivers/lima/reach/open-console.ts';
import { readingLimactl } from '../../../src/drivers/lima/limactl/limactl.ts';
import { buildLimaGuest } from '../../support/lima/guest.ts';
import { type LimaRepo, limaRepo } from '../../support/lima/lima-repo.ts';
import { lacksForLima, PrivateHome } from '../../support/lima/private-home.ts';

const lacks = lacksForLima();

interface Taken {
  readonly id: string;
  readonly label: string;
  readonly trigger: string;
  readonly [field: string]: unknown;
}

// One machine, and one life: each test goes on where the one before it ended.
describe.skipIf(lacks !== null)(`snapshots of a machine of Lima${lacks === null ? '' : ` (${lacks})`}`, () => {
  let home: PrivateHome;
  let repo: LimaRepo;

  const held = new AsyncDisposableStack();
  beforeAll(async () => {
    home = held.use(await PrivateHome.make());
    repo = held.use(await limaRepo(home, await buildLimaGuest()));
    await repo.declare({ memory: '96MiB', provision: null, health_check: null });
    await repo.applied();
  });

  afterAll(() => held.disposeAsync());

  const list = async (): Promise<readonly Taken[]> => {
    const { stdout } = await repo.done(['snapshot', 'list', 'box', '-o', 'json']);
    const { machines } = JSON.parse(stdout) as { readonly machines: readonly { readonly snapshots: Taken[] }[] };
    return machines.flatMap(({ snapshots }) => snapshots);
  };
  const take = (label: string): Promise<unknown> =>
    repo.done(['snapshot', 'create', 'box', label, '--description', `the ${label} one`]);
  const restore = (label: string): Promise<unknown> =>
    repo.done(['snapshot', 'restore', 'box', label, '--discard', '--auto-approve']);
  const boots = async (): Promise<number> => Number(/BOOTS (\d+)/.exec(await repo.console())?.[1]);

  it('are taken of one that runs and of one that is stopped, which stays where it is', async () => {
    await take('running');
    expect(await home.status('demo-box')).toBe('Running');
    expect(await repo.plan()).toMatch(/^No changes/);

    await repo.done(['stop', 'box']);
    await take('stopped');
    expect(await home.status('demo-box')).toBe('Stopped');

    expect(await list()).toMatchObject(
      [
        ['running', 'Running'],
        ['stopped', 'Stopped'],
      ].map(([label = '', status]) => ({
        label,
        status,
        description: `the ${label} one`,
        container_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
        type: 'full',
        base_snapshot_id: null,
        checksum_manifest: expect.stringMatching(/^sha256:[a-f0-9]{64}$/) as unknown,
        trigger: 'manual',
      })),
    );
  });

  it('bring all its disks and its definition back: one that ran boots anew from them, reached as before', async () => {
    await repo.done(['start', 'box']);
    expect(await boots()).toBe(2);
    await repo.declare({
      disk: '24MiB',
      additional_disks: '[{ name: data, size: 12MiB }]',
      apply_restart: 'on_change',
    });
    await repo.applied();
    expect(await boots()).toBeGreaterThan(2);

    await restore('running');

    expect(await home.status('demo-box')).toBe('Running');
    expect(await boots()).toBe(2);
    expect((await repo.done(['exec', 'vm.box', '--', 'echo', 'hello'])).stdout).toBe('hello\n');
    expect(await home.limactl('disk', 'list', '--json')).toContain('"size":8388608');
    await repo.declare({ disk: '20MiB', additional_disks: '[{ name: data, size: 8MiB }]', apply_restart: null });
    expect(await repo.plan()).toMatch(/^No changes/);

    await restore('stopped');

    expect(await home.status('demo-box')).toBe('Stopped');
  });

  it('of others are told, and neither restored nor deleted', async () => {
    await home.limactl('snapshot', 'create', 'demo-box', '--tag', 'theirs');

    expect((await repo.done(['snapshot', 'list', 'box'])).stdout).toContain("not trueup's: theirs");
    for (const action of ['restore', 'delete']) {
      const refused = await repo.trueup(['snapshot', action, 'box', 'theirs', '--auto-approve']);
      expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('snapshot_not_found') as unknown });
    }
    await home.limactl('snapshot', 'delete', 'demo-box', '--tag', 'theirs');
  });

  it('that somebody was at are not restored', async () => {
    const [, { id } = { id: '' }] = await list();
    await home.limactl('snapshot', 'delete', 'demo-box', '--tag', id);
    await home.limactl('snapshot', 'create', 'demo-box', '--tag', id);

    const refused = await repo.trueup(['snapshot', 'restore', 'box', id, '--discard', '--auto-approve']);

    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('snapshot_damaged') as unknown });
  });

  it('are taken before a change that makes it start with something else, so many as are to be kept', async () => {
    await repo.applied();
    for (const memory of ['100MiB', '104MiB']) {
      await repo.declare({ memory, apply_restart: 'on_change', snapshots: '{ when: before_change, keep: 1 }' });
      await repo.applied();
      expect(await repo.plan()).toMatch(/^No changes/);
    }

    const all = await list();

    expect(all.filter(({ trigger }) => trigger === 'system')).toHaveLength(1);
    expect(all.filter(({ trigger }) => trigger === 'manual')).toHaveLength(2);
  });

  it('are deleted while it runs, out of all its disks', async () => {
    for (const { id } of await list()) await repo.done(['snapshot', 'delete', 'box', id, '--auto-approve']);

    expect(await list()).toEqual([]);
    for (const path of [home.path('demo-box', 'disk'), join(home.home, '_disks', 'demo-box.data', 'datadisk')])
      expect(await imageInfo(path, AbortSignal.timeout(60_000))).toMatchObject({ snapshots: [] });
  });

  it('are no way to carry it elsewhere, which is said', async () => {
    const refused = await repo.trueup(['snapshot', 'export', 'box', 'box.zip']);

    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('hands out no packages') as unknown });
  });

  it('and its console can be talked to until the person leaves, while what it says is written down', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const engine = { name: 'host', home: home.home };
    const open = openConsole(readingLimactl(engine), 'demo-box', AbortSignal.timeout(60_000), { input, output });

    input.write('\r\u001d');

    expect(await open).toBe(0);
    expect(await repo.console()).toMatch(/READY/);
  });

  it('leave nothing behind when the disks go', async () => {
    await take('last');
    await repo.done(['destroy', 'local', '--volumes', '--auto-approve']);

    expect(await home.remains()).toBe('');
  });
});
