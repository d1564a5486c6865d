import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type LabRepo, labRepo } from '../../support/lab/lab-repo.ts';
import { LAB_LACKS } from '../../support/lab/obtain.ts';

const lacks = process.env[LAB_LACKS];

const ALL = [
  'cluster.dev',
  'network.default',
  'service.board',
  'service.guest',
  'service.keeper',
  'vm.box',
  'volume.board',
  'volume.box.disk',
];

interface Change {
  readonly address: string;
  readonly change: { readonly actions: readonly string[] };
}

interface Drift {
  readonly resource_drift: readonly {
    readonly address: string;
    readonly cause: string;
    readonly differences: readonly { readonly cause: string }[];
  }[];
}

interface Step {
  readonly id: string;
  readonly started_at: string;
  readonly duration_ms: number;
}

interface Status {
  readonly environments: readonly {
    readonly state: string;
    readonly resources: readonly { readonly address: string }[];
  }[];
}

// One environment, and one life: each test goes on where the one before it ended.
describe.skipIf(lacks !== undefined)(`the example lab${lacks === undefined ? '' : ` (${lacks})`}`, () => {
  let repo: LabRepo;

  beforeAll(async () => {
    repo = await labRepo();
  });

  afterAll(() => repo[Symbol.asyncDispose]());

  async function changes(): Promise<readonly string[]> {
    const { stdout } = await repo.done(['plan', 'here', '--output', 'json']);
    const { resource_changes: planned } = JSON.parse(stdout) as { readonly resource_changes: readonly Change[] };
    return planned.map(({ address, change }) => `${address} ${change.actions.join(' ')}`);
  }

  async function isQuiet(): Promise<void> {
    expect((await repo.done(['plan', 'here'])).stdout).toMatch(/^No changes/);
    expect((await repo.done(['drift', 'here'])).stdout).toMatch(/^No drift/);
  }

  /** `0` where it does not live. Nothing else is a process of this machine. */
  async function pidOfKeeper(): Promise<number> {
    return Object.values(await repo.pids())[0] ?? 0;
  }

  it('is planned whole before any of it is there', async () => {
    expect(await changes()).toEqual(ALL.map((address) => `${address} create`));
  });

  it('comes up, and each part of it only once what it waits for is really there', async () => {
    const { stdout, stderr } = await repo.done(['apply', 'here', '--auto-approve']);

    expect(stdout).toContain('8 created');
    expect(stderr).not.toContain('Warning');
    const report = await readFile(join(repo.root, 'reports/here/run/latest.json'), 'utf8');
    const { steps } = JSON.parse(report) as { readonly steps: readonly Step[] };
    const at = (id: string): number => Date.parse(steps.find((step) => step.id === id)?.started_at ?? '');
    const end = (id: string): number => at(id) + (steps.find((step) => step.id === id)?.duration_ms ?? Number.NaN);
    expect(at('vm.box:start')).toBeGreaterThanOrEqual(end('service.board:service_healthy'));
    expect(at('service.guest:start')).toBeGreaterThanOrEqual(end('vm.box:service_healthy'));
    for (const gate of [
      'service.guest:service_completed_successfully',
      'vm.box:service_healthy',
      'cluster.dev:service_healthy',
    ])
      expect(at('service.keeper:start'), gate).toBeGreaterThanOrEqual(end(gate));
    expect(await textAt(repo.urls.board)).toBe('the guest and its board are there\n');
    expect(await textAt(repo.urls.guest)).toBe('ok\n');
    expect((await repo.done(['logs', 'here/service.keeper'])).stdout).toContain(
      `keeping watch over ${repo.urls.guest}`,
    );
    expect(await repo.kubectl('get', 'deployment', 'web', '-n', 'web', '-o', 'jsonpath={.spec.replicas}')).toBe('2');
    await isQuiet();
  });

  it('is shown as one, and drawn as one', async () => {
    const { stdout } = await repo.done(['status', 'here', '--output', 'json']);

    const { environments } = JSON.parse(stdout) as Status;
    expect(environments.map(({ state }) => state)).toEqual(['healthy']);
    const shown = environments.flatMap(({ resources }) => resources.map(({ address }) => address));
    expect(shown).toEqual([...ALL, 'image.busybox:1'].toSorted());
    const picture = (await repo.done(['graph', 'here', '--format', 'svg'])).stdout;
    for (const address of ALL) expect(picture).toContain(address);
  });

  it('is found otherwise in four places at once, each changed by its own tool, and healed', async () => {
    const keeper = await pidOfKeeper();
    await repo.host.virsh('destroy here-box');
    await repo.kubectl('scale', 'deployment', 'web', '-n', 'web', '--replicas', '5');
    await repo.docker('rm', '--force', 'here-board-1');
    process.kill(keeper, 'SIGKILL');
    await eventually(async () => (await pidOfKeeper()) === 0, 'the keeper to be gone');

    const { status, stdout } = await repo.trueup(['drift', 'here', '--output', 'json']);

    expect(status).toBe(2);
    const { resource_drift: drifted } = JSON.parse(stdout) as Drift;
    expect(drifted.map(({ address }) => address)).toEqual(['cluster.dev', 'service.board', 'service.keeper', 'vm.box']);
    const causes = drifted.flatMap(({ cause, differences }) => [cause, ...differences.map((one) => one.cause)]);
    expect(new Set(causes)).toEqual(new Set(['world']));

    await repo.done(['apply', 'here', '--auto-approve']);

    await isQuiet();
    expect(await repo.host.virsh('domstate here-box')).toBe('running');
    expect(await repo.kubectl('get', 'deployment', 'web', '-n', 'web', '-o', 'jsonpath={.spec.replicas}')).toBe('2');
    expect(await textAt(repo.urls.board)).toBe('the guest and its board are there\n');
    expect(await pidOfKeeper()).not.toBe(0);
  });

  it('begins the keeper anew with the cluster, and leaves everything else as it is', async () => {
    const others = async (): Promise<readonly string[]> => [
      await repo.docker('ps', '--all', '--no-trunc', '--quiet'),
      String(await repo.host.pid('here-box')),
    ];
    const [keeper, before] = [await pidOfKeeper(), await others()];
    await repo.lay('clusters: { dev: { feature_gates: { APIResponseCompression: false } } }\n');
    expect(await changes()).toEqual(['cluster.dev delete create', 'service.keeper update']);

    await repo.done(['apply', 'here', '--auto-approve']);

    expect(await pidOfKeeper()).not.toBe(keeper);
    expect(await others()).toEqual(before);
    await isQuiet();
  });

  it('is equal without what was recorded, too', async () => {
    await repo.removeState();

    await isQuiet();
  });

  it('leaves nothing behind, anywhere', async () => {
    await repo.done(['destroy', 'here', '--volumes', '--auto-approve']);

    expect(await repo.remains()).toEqual([]);
  });
});

async function textAt(url: string): Promise<string> {
  return (await fetch(url)).text();
}
