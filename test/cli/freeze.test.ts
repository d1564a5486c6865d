import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually, scratchRepo, type ScratchRepo } from '../support/cli.ts';
import { schemaErrors } from '../support/schemas.ts';

const MANIFEST = 'environments/local/main.yaml';
const APPLY = ['apply', 'local', '--auto-approve'] as const;
const FREEZE_WEB = ['freeze', 'local/service.web', '--reason', 'looking for the leak'] as const;

function manifest(mode: string, head = ''): string {
  const services = ['web', 'worker'].map(
    (name) =>
      `  ${name}: { type: application, process: { command: [sleep, "1000"] }, environment_variables: { MODE: ${mode} } }`,
  );
  return `name: local\n${head}services:\n${services.join('\n')}\n`;
}

async function running(): Promise<ScratchRepo> {
  const repo = await scratchRepo({ [MANIFEST]: manifest('slow') });
  const applied = await repo.trueup([...APPLY]);
  expect(applied.status, applied.stderr).toBe(0);
  return repo;
}

async function killed(repo: ScratchRepo, address: string): Promise<void> {
  const pid = await eventually(async () => (await repo.pids())[address] ?? null, `the pid of ${address}`);
  process.kill(pid, 'SIGKILL');
  await eventually(async () => (await repo.pids())[address] === undefined);
}

describe('trueup freeze', () => {
  it('leaves a service alone: apply touches the others, says so and ends well', async () => {
    await using repo = await running();
    const before = await repo.pids();
    await repo.write({ [MANIFEST]: manifest('fast') });

    const frozen = await repo.trueup([...FREEZE_WEB, '--for', '30m']);
    const applied = await repo.trueup([...APPLY]);

    expect(frozen).toMatchObject({ status: 0, stderr: '' });
    expect(frozen.stdout).toMatch(/^local\/service\.web is left alone until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\n$/);
    expect(applied.status, applied.stderr).toBe(0);
    expect(applied.stdout).toContain('service.web differs, and is frozen (looking for the leak): it stays as it is');
    const after = await repo.pids();
    expect(after['service.web']).toBe(before['service.web']);
    expect(after['service.worker']).not.toBe(before['service.worker']);
  });

  it('is no failure where what is frozen does not run, and ends by a word', async () => {
    await using repo = await running();
    await repo.trueup([...FREEZE_WEB]);
    await killed(repo, 'service.web');

    const left = await repo.trueup([...APPLY]);
    const drift = await repo.trueup(['drift', '--no-report']);
    const meanwhile = await repo.pids();
    const ended = await repo.trueup(['freeze', 'web', '--end']);
    const healed = await repo.trueup([...APPLY]);

    expect(left.status, left.stderr).toBe(0);
    expect(drift.status).toBe(2);
    expect(drift.stdout).toContain('Frozen:');
    expect(Object.keys(meanwhile)).toEqual(['service.worker']);
    expect(ended).toMatchObject({ status: 0, stdout: 'local/service.web is frozen no more.\n' });
    expect(healed.status, healed.stderr).toBe(0);
    expect(Object.keys(await repo.pids()).toSorted()).toEqual(['service.web', 'service.worker']);
    // What drifted under the freeze was never recorded as anybody's doing but the world's.
    expect(healed.stdout).toContain('changed outside of git');
  });

  it('is told by status, plan, drift and itself, as text and in JSON of its schema', async () => {
    await using repo = await running();
    await repo.trueup([...FREEZE_WEB, '--for', '90m']);

    const listed = await repo.trueup(['freeze']);
    const json = await repo.trueup(['freeze', '--output', 'json']);
    const status = await repo.trueup(['status', '--output', 'json']);
    const text = await repo.trueup(['status']);
    const plan = await repo.trueup(['plan', '--no-report', '--output', 'json']);

    expect(listed.stdout).toMatch(/local\/service\.web +1 h 30 m .*looking for the leak/);
    expect(schemaErrors('freezes', JSON.parse(json.stdout))).toEqual([]);
    expect(schemaErrors('status', JSON.parse(status.stdout))).toEqual([]);
    expect(schemaErrors('plan', JSON.parse(plan.stdout))).toEqual([]);
    expect(JSON.parse(json.stdout)).toMatchObject({ freezes: [{ environment: 'local', address: 'service.web' }] });
    expect(JSON.parse(status.stdout)).toMatchObject({
      environments: [
        { resources: [{ address: 'service.web', frozen: { reason: 'looking for the leak' } }, { frozen: null }] },
      ],
    });
    expect(text.stdout).toContain('Frozen=True AskedFor: service.web is left alone until');
    expect(text.stdout).toMatch(/1 h (30|29) m left/);
    expect(JSON.parse(plan.stdout)).toMatchObject({ frozen: [{ address: 'service.web' }], withheld: [] });
  });

  it('counts no more once its time is over', async () => {
    await using repo = await running();
    await repo.trueup([...FREEZE_WEB, '--for', '1s']);

    await eventually(async () => (await repo.trueup(['freeze'])).stdout === 'Nothing is frozen.\n');
    await killed(repo, 'service.web');
    const applied = await repo.trueup([...APPLY]);

    expect(applied.status, applied.stderr).toBe(0);
    expect(Object.keys(await repo.pids()).toSorted()).toEqual(['service.web', 'service.worker']);
  });

  it('of what is destroyed ends with it, and says so; of the rest it goes on', async () => {
    await using repo = await running();
    await repo.trueup([...FREEZE_WEB]);

    const other = await repo.trueup(['destroy', 'local/service.worker', '--auto-approve']);
    const between = await repo.trueup(['freeze']);
    const all = await repo.trueup(['destroy', 'local', '--auto-approve']);

    expect(other.status, other.stderr).toBe(0);
    expect(between.stdout).toContain('local/service.web');
    expect(all.status, all.stderr).toBe(0);
    expect(all.stderr).toContain('service.web is frozen by');
    expect(await repo.pids()).toEqual({});
    expect((await repo.trueup(['freeze'])).stdout).toBe('Nothing is frozen.\n');
  });

  it('says what start, stop and restart leave undone', async () => {
    await using repo = await running();
    const before = await repo.pids();
    await repo.trueup([...FREEZE_WEB]);

    const restarted = await repo.trueup(['restart', 'local']);

    expect(restarted.status, restarted.stderr).toBe(0);
    expect(restarted.stderr).toContain('service.web');
    const after = await repo.pids();
    expect(after['service.web']).toBe(before['service.web']);
    expect(after['service.worker']).not.toBe(before['service.worker']);
  });

  it('can be ended when nothing declares it any more', async () => {
    await using repo = await running();
    await repo.trueup([...FREEZE_WEB]);
    await repo.write({ [MANIFEST]: 'name: local\nservices:\n  broken: [\n' });

    const listed = await repo.trueup(['freeze']);
    const ended = await repo.trueup(['freeze', 'local/service.web', '--end']);

    expect(listed.stdout).toContain('local/service.web');
    expect(ended).toMatchObject({ status: 0, stderr: '' });
  });

  it('by two at once keeps both, and a damaged one is an error and never passed over', async () => {
    await using repo = await running();
    const names = ['web', 'worker'];

    await Promise.all(names.map((name) => repo.trueup(['freeze', name, '--reason', 'why'])));
    const folder = join(repo.root, '.trueup/freezes/local');
    const files = await readdir(folder);
    await writeFile(join(folder, 'service.web.json'), '{');
    const refused = await repo.trueup([...APPLY]);
    await rm(join(folder, 'service.web.json'));

    expect(files.toSorted()).toEqual(['service.web.json', 'service.worker.json']);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('service.web.json');
  });

  it.each([
    [['freeze', 'web'], 'freeze needs a reason'],
    [['freeze', 'web', '--for', '4s'], 'trueup freeze web --for 4s --reason'],
    [['freeze', 'wbe', '--reason', 'x'], 'did you mean "web"?'],
    [['freeze', 'local', '--reason', 'x'], 'local is a whole environment'],
    [['freeze', 'web', '--reason', 'x', '--for', '30min'], '"30min" is no duration'],
    [['freeze', 'web', '--reason', 'x', '--for', '30'], '"30" is no duration'],
    [['freeze', 'web', '--reason', 'x', '--for', '0s'], 'shorter than 1s'],
    [['freeze', 'web', '--reason', 'x', '--for', '169h'], 'longer than 168h'],
    [['freeze', '--reason', 'x'], 'freeze needs an address'],
    [['freeze', 'web', '--end'], 'nothing frozen is called "web"'],
    [['freeze', 'web', '--end', '--for', '1h'], '--end takes neither'],
  ])('refuses %j and leaves nothing behind', async (args, words) => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest('slow') });

    const refused = await repo.trueup([...args]);

    expect([1, 64]).toContain(refused.status);
    expect(refused.stderr).toContain(words);
    expect((await repo.trueup(['freeze'])).stdout).toBe('Nothing is frozen.\n');
  });
});

describe('drift that is to be ignored', () => {
  it('is none: drift says so and exits 0, and apply heals it all the same', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest('slow', 'policies: { drift: ignore }\n') });
    await repo.trueup([...APPLY]);
    await killed(repo, 'service.web');

    const drift = await repo.trueup(['drift', '--no-report']);
    const json = await repo.trueup(['drift', '--no-report', '--output', 'json']);
    const applied = await repo.trueup([...APPLY]);

    expect(drift.status, drift.stdout).toBe(0);
    expect(drift.stdout).toContain('No drift. 1 resource is not as declared, which a drift policy says to ignore.');
    expect(JSON.parse(json.stdout)).toMatchObject({ resource_drift: [], drift_ignored: ['service.web'] });
    expect(schemaErrors('drift', JSON.parse(json.stdout))).toEqual([]);
    expect(applied.status, applied.stderr).toBe(0);
    expect(Object.keys(await repo.pids()).toSorted()).toEqual(['service.web', 'service.worker']);
  });
});
