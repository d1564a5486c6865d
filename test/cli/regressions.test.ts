import { mkdir, writeFile, rm, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratchRepo } from '../support/cli.ts';

const MANIFEST = 'environments/local/main.yaml';
const APPLY = ['apply', '--auto-approve'] as const;

function local(services: Readonly<Record<string, string>>, head = ''): string {
  const lines = Object.entries(services).map(([name, rest]) => `  ${name}: { type: application, ${rest} }`);
  return `name: local\n${head}services:\n${lines.join('\n')}\n`;
}

function sleep(seconds: number): string {
  return `process: { command: [sleep, "${seconds}"] }`;
}

describe('engines', () => {
  it('are one where two names mean the same: nothing is planned twice, or removed', async () => {
    const head = 'engines: { mine: { driver: process } }\n';
    const placed = `engine: mine, ${sleep(1000)}`;
    await using repo = await scratchRepo({ [MANIFEST]: local({ web: placed, api: placed }, head) });

    const applied = await repo.trueup([...APPLY]);
    const planned = await repo.trueup(['plan', '--detailed-exitcode']);
    await repo.write({ [MANIFEST]: local({ api: placed }, head) });
    const pruned = await repo.trueup(['plan', '--no-report']);

    expect(applied.status, applied.stderr).toBe(0);
    expect(planned).toMatchObject({ status: 0 });
    expect(pruned.stdout).toContain('0 to replace, 1 to remove; 1 unchanged');
  });
});

describe('mistakes', () => {
  it('that only an engine knows of refuse an environment by its name too', async () => {
    const limited = `${sleep(1000)}, resource_limits: { memory_limit: 10MiB }`;
    await using repo = await scratchRepo({ [MANIFEST]: local({ web: limited }) });

    const planned = await repo.trueup(['plan', 'local']);
    const applied = await repo.trueup([...APPLY, 'local']);

    expect(planned).toMatchObject({ status: 65, stdout: '' });
    expect(applied.status).toBe(65);
  });

  it('in a base are mistakes of the environment that extends it', async () => {
    await using repo = await scratchRepo({
      'environments/base/main.yaml': `name: base\nabstract: true\nservices:\n  web: { nonsense: 1, ${sleep(1000)} }\n`,
      [MANIFEST]: 'name: local\nextends: ../base\n',
      'environments/other/main.yaml': 'name: other\n',
    });

    const checked = await repo.trueup(['validate', 'local']);
    const other = await repo.trueup(['validate', 'other']);

    expect(checked.status).toBe(65);
    expect(checked.stderr).toContain('nonsense');
    expect(other.status).toBe(0);
  });
});

describe('a saved plan', () => {
  it('blames nobody for what git changed since, and vouches only for its own revision', async () => {
    const services = { a: sleep(1000), b: sleep(1000) };
    await using repo = await scratchRepo({ [MANIFEST]: local(services) });
    await repo.trueup([...APPLY]);
    await repo.write({ [MANIFEST]: local({ ...services, a: sleep(1001) }) });
    await repo.commit('a');
    const revision = (await repo.git('rev-parse', 'HEAD')).trim();
    await repo.trueup(['plan', '--out', join(repo.scratch, 'plan.json')]);
    await repo.write({ [MANIFEST]: local({ a: sleep(1001), b: sleep(1002) }) });
    await repo.commit('b');

    const applied = await repo.trueup([...APPLY, join(repo.scratch, 'plan.json')]);
    const drift = await repo.trueup(['drift']);
    const status = await repo.trueup(['status', '--output', 'json']);

    expect(applied.status, applied.stderr).toBe(0);
    expect(drift).toMatchObject({ status: 0 });
    expect(JSON.parse(status.stdout)).toMatchObject({ environments: [{ last_applied: { commit: revision } }] });
  });
});

describe('exit statuses', () => {
  it('say 3 when the gate of something unchanged is not met, though nothing was done', async () => {
    await using repo = await scratchRepo({});
    const flag = join(repo.scratch, 'works');
    const checked = `${sleep(1000)}, health_check: { test: [CMD, test, -e, "${flag}"], interval: 200ms, retries: 1 }`;
    const web = (seconds: number): string => `${sleep(seconds)}, dependencies: { db: { condition: service_healthy } }`;
    await writeFile(flag, '');
    await repo.write({ [MANIFEST]: local({ db: checked, web: web(1000) }) });
    await repo.trueup([...APPLY]);
    await rm(flag);
    await repo.write({ [MANIFEST]: local({ db: checked, web: web(1001) }) });

    const applied = await repo.trueup([...APPLY]);

    expect(applied.status, applied.stdout).toBe(3);
  });
});

describe('options before the command', () => {
  it('may have values that are names of commands', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: local({ web: sleep(1000) }) });
    await mkdir(join(repo.scratch, 'outer'));
    await rename(repo.root, join(repo.scratch, 'outer', 'graph'));

    const checked = await repo.trueup(['-C', 'graph', 'validate'], { cwd: join(repo.scratch, 'outer') });
    await rename(join(repo.scratch, 'outer', 'graph'), repo.root);

    expect(checked).toMatchObject({ status: 0, stdout: 'Valid: local.\n' });
  });
});

describe('a dependency that restarts its dependents', () => {
  it('does so also when a person restarts it', async () => {
    const web = `${sleep(1000)}, dependencies: { db: { condition: service_started, restart: true } }`;
    await using repo = await scratchRepo({ [MANIFEST]: local({ db: sleep(1000), web, other: sleep(1000) }) });
    await repo.trueup([...APPLY]);
    const before = await repo.pids();

    const restarted = await repo.trueup(['restart', 'db']);
    const after = await repo.pids();

    expect(restarted.status, restarted.stderr).toBe(0);
    expect(after['service.web']).not.toBe(before['service.web']);
    expect(after['service.other']).toBe(before['service.other']);
  });
});

describe('what an acceptance test found', () => {
  it('says that an engine has no such driver and no such setting, at their lines', async () => {
    const engines = 'engines:\n  mine: { driver: process, rot: x }\n  other: { driver: proces }\n';
    await using repo = await scratchRepo({ [MANIFEST]: `name: local\n${engines}services: {}\n` });
    const driver = await repo.trueup(['validate']);
    await repo.write({ [MANIFEST]: `name: local\nengines:\n  mine: { driver: process, rot: x }\nservices: {}\n` });
    const setting = await repo.trueup(['validate']);

    expect([driver.status, setting.status]).toEqual([65, 65]);
    expect(driver.stderr).toContain(`${MANIFEST}:4:20`);
    expect(driver.stderr).toContain('process');
    expect(setting.stderr).toContain(`${MANIFEST}:3:28: error: engines.mine: unknown setting "rot"`);
  });

  it('fails the gate of a service that is to go on and ends at once, and does not blame the world for it', async () => {
    await using repo = await scratchRepo({
      [MANIFEST]: 'name: local\nservices:\n  web: { process: { command: [echo, hi] } }\n',
    });

    const applied = await repo.trueup(['apply', '--auto-approve']);
    const drift = await repo.trueup(['drift']);
    const status = await repo.trueup(['status', '--output', 'json']);

    expect(applied.status).toBe(3);
    expect(applied.stdout).toContain('run: once');
    expect(drift, drift.stdout).toMatchObject({ status: 0 });
    expect(status.stdout).not.toContain('"state": "healthy"');
  });

  it('restarts what uses a volume that was deleted by hand', async () => {
    await using repo = await scratchRepo({
      [MANIFEST]:
        'name: local\nservices:\n  web: { process: { command: [sleep, "1000"] }, storage: { volumes: [data] } }\nvolumes: { data: {} }\n',
    });
    await repo.trueup(['apply', '--auto-approve']);
    const before = await repo.pids();
    await rm(join(repo.engineRoot, 'volumes/local_data'), { recursive: true });

    const applied = await repo.trueup(['apply', '--auto-approve']);

    expect(applied, applied.stdout).toMatchObject({ status: 0 });
    expect((await repo.pids())['service.web']).not.toBe(before['service.web']);
  });
});
