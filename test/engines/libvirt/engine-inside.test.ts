import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lacksForEngineGuest } from '../../support/libvirt/engine-guest.ts';
import { type EngineInVmRepo, engineInVmRepo } from '../../support/libvirt/engine-in-vm-repo.ts';
import { lacksForHost } from '../../support/libvirt/private-host.ts';

const lacks = whyNot();

/** Without KVM a whole Debian takes minutes to boot, and it boots twice. */
function whyNot(): string | null {
  if (process.env['TRUEUP_TEST_ENGINE_IN_VM'] !== '1') return 'by `npm run test:engine-in-vm`, for ten minutes or more';
  const packages = lacksForEngineGuest();
  return lacksForHost() ?? (packages.length === 0 ? null : `needs ${packages.join(', ')}`);
}

interface Planned {
  readonly resource_changes: readonly {
    readonly address: string;
    readonly change: { readonly actions: readonly string[]; readonly after_unknown: boolean };
  }[];
  readonly second_stage?: readonly object[];
}

interface Drift {
  readonly resource_drift: readonly {
    readonly address: string;
    readonly cause: string;
    readonly differences: readonly {
      readonly field_path: string;
      readonly cause: string;
      readonly source: { readonly file: string; readonly start: { readonly line: number } };
    }[];
  }[];
}

interface Step {
  readonly id: string;
  readonly started_at: string;
  readonly duration_ms: number;
}

// Commands wait for a guest that boots.
process.env['TRUEUP_DEADLINE_MS'] ??= String(30 * 60_000);
const LONG = 35 * 60_000;

const INSIDE = ['image.busybox:1', 'network.default', 'service.keeper', 'volume.data'];

// One machine with a Docker Engine in it, and one life: each test goes on where the one before it ended.
describe.skipIf(lacks !== null)(`a Docker Engine in a machine${lacks === null ? '' : ` (${lacks})`}`, () => {
  let repo: EngineInVmRepo;

  beforeAll(async () => {
    repo = await engineInVmRepo();
  }, LONG);

  afterAll(() => repo[Symbol.asyncDispose](), LONG);

  async function planned(): Promise<Planned> {
    return JSON.parse((await repo.done(['plan', 'local', '--output', 'json'])).stdout) as Planned;
  }

  async function isQuiet(): Promise<void> {
    expect((await repo.done(['plan', 'local'])).stdout).toMatch(/^No changes/);
    expect((await repo.done(['drift', 'local'])).stdout).toMatch(/^No drift/);
  }

  async function drifted(): Promise<Drift['resource_drift']> {
    const { status, stdout, stderr } = await repo.trueup(['drift', 'local', '--output', 'json']);
    expect(status, `${stdout}\n${stderr}`).toBe(2);
    return (JSON.parse(stdout) as Drift).resource_drift;
  }

  async function lastSteps(): Promise<readonly Step[]> {
    const report = await readFile(join(repo.root, 'reports/local/run/latest.json'), 'utf8');
    return (JSON.parse(report) as { readonly steps: readonly Step[] }).steps;
  }

  it('is planned whole before there is a machine', async () => {
    const { resource_changes: changes, second_stage: second } = await planned();

    expect(changes.map(({ address, change }) => [address, ...change.actions, change.after_unknown])).toEqual(
      [
        ...INSIDE.map((address) => [address, 'create', true]),
        ['vm.builder', 'create', false],
        ['volume.builder.disk', 'create', false],
      ].toSorted(([left], [right]) => (String(left) < String(right) ? -1 : 1)),
    );
    expect(second).toEqual([{ engine: 'inner', provided_by: 'vm.builder', addresses: INSIDE }]);
  });

  it(
    'comes up with all that is placed on it, and is found equal, with and without what was recorded',
    async () => {
      await repo.done(['apply', 'local', '--auto-approve']);

      expect(await repo.docker('inspect', '--format', '{{.State.Health.Status}}', 'inside-keeper-1')).toBe('healthy');
      expect(await repo.docker('exec', 'inside-keeper-1', 'cat', '/data/words')).toBe('one');
      await isQuiet();
      await repo.removeState();
      await isQuiet();
    },
    LONG,
  );

  it(
    'has a service replaced that git declares otherwise, and commands reach it',
    async () => {
      await repo.declare('two');

      await repo.done(['apply', 'local', '--auto-approve']);

      expect((await repo.done(['logs', 'local/service.keeper'])).stdout).toContain('this is two');
      expect((await repo.done(['exec', 'local/service.keeper', '--', 'cat', '/data/words'])).stdout).toBe('one\ntwo\n');
      await isQuiet();
    },
    LONG,
  );

  it(
    'is found otherwise than declared, by the field and its line, and healed',
    async () => {
      await repo.docker('update', '--memory', '96m', '--memory-swap', '96m', 'inside-keeper-1');

      const [found] = await drifted();

      const lines = (await repo.read('environments/local/environment.yaml')).split('\n');
      expect(found).toMatchObject({ address: 'service.keeper', cause: 'world' });
      expect(found?.differences.map((difference) => difference.field_path)).toContain(
        "$['resource_limits']['memory_limit']",
      );
      for (const { source } of found?.differences ?? [])
        expect(lines[source.start.line - 1]).toContain('resource_limits');

      await repo.done(['apply', 'local', '--auto-approve']);

      expect(await repo.docker('inspect', '--format', '{{.HostConfig.Memory}}', 'inside-keeper-1')).toBe(
        String(64 * 1024 ** 2),
      );
      await isQuiet();
    },
    LONG,
  );

  it(
    'has what somebody removed made again',
    async () => {
      await repo.docker('rm', '--force', 'inside-keeper-1');

      expect(await drifted()).toMatchObject([{ address: 'service.keeper', cause: 'world' }]);

      await repo.done(['apply', 'local', '--auto-approve']);

      expect(await repo.docker('exec', 'inside-keeper-1', 'cat', '/data/words')).toBe('one\ntwo\ntwo');
      await isQuiet();
    },
    LONG,
  );

  it(
    'is not taken for empty while its machine is off, and goes on with its data once that is up again',
    async () => {
      await repo.host.virsh(`destroy ${repo.machine}`);

      const { resource_changes: changes, second_stage: second } = await planned();

      expect(changes.map(({ address, change }) => [address, ...change.actions])).toEqual([['vm.builder', 'update']]);
      expect(second).toEqual([{ engine: 'inner', provided_by: 'vm.builder', addresses: INSIDE }]);
      expect((await drifted()).map(({ address }) => address)).toEqual(['vm.builder']);

      await repo.done(['apply', 'local', '--auto-approve']);

      expect(await repo.docker('exec', 'inside-keeper-1', 'cat', '/data/words')).toMatch(/^one\ntwo\ntwo\n/);
      await isQuiet();
    },
    LONG,
  );

  it(
    'leaves from the inside out, and nothing is left',
    async () => {
      await repo.done(['destroy', 'local', '--volumes', '--auto-approve']);

      const steps = await lastSteps();
      const begun = Date.parse(steps.find(({ id }) => id === 'vm.builder:stop')?.started_at ?? '');
      for (const id of ['service.keeper:remove', 'network.default:remove_network', 'volume.data:remove_volume']) {
        const step = steps.find((one) => one.id === id);
        expect(Date.parse(step?.started_at ?? '') + (step?.duration_ms ?? Number.NaN), id).toBeLessThanOrEqual(begun);
      }
      expect(await repo.host.remains()).toBe('');
    },
    LONG,
  );
});
