import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventually, scratchRepo } from '../support/cli.ts';
import { MANIFEST } from '../support/shop.ts';

const TOKEN = 'correct-horse-battery';

const manifest = `name: local
project: shop
variables:
  password: { secret: true, source: file, value: ../../.secrets/password }
environment_variables:
  TOKEN: { secret: true, source: command, value: [sh, -c, "echo ${Buffer.from(TOKEN).toString('base64')} | base64 -d"] }
services:
  web:
    process: { command: [sh, -c, 'echo "token $$TOKEN url $$URL"; exec sleep 1000'] }
    environment_variables: { URL: "postgres://app:\${password}@db/app" }
    health_check: { test: [CMD-SHELL, 'echo "probe $$TOKEN"; test -n "$$TOKEN"'], interval: 10s, timeout: 10s }
`;

const FILES = { [MANIFEST]: manifest, '.secrets/password': 'battery-staple-9000\n', '.gitignore': '.secrets/\n' };
const SECRETS = [TOKEN, 'battery-staple-9000'] as const;

describe('secrets', () => {
  it('reach the process and stand in no output, log of ours, report, plan or state', async () => {
    await using repo = await scratchRepo(FILES);
    const commands = [
      ['validate'],
      ['show'],
      ['show', '--output', 'json'],
      ['plan'],
      ['plan', '--output', 'json'],
      ['plan', '--out', 'plan.json'],
      ['apply', '--auto-approve', '--output', 'json'],
      ['status', '--output', 'json'],
      ['drift', '--output', 'json'],
      ['logs', 'web'],
      ['graph'],
      ['apply', '--auto-approve', '--replace', 'web'],
    ];

    for (const command of commands) {
      const { status, stdout, stderr } = await repo.trueup(command);
      expect(status, `${command.join(' ')}: ${stdout}${stderr}`).toBe(0);
      for (const secret of SECRETS) expect(stdout + stderr).not.toContain(secret);
    }

    const { 'service.web': pid } = await repo.pids();
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
    expect(environment).toContain(`TOKEN=${TOKEN}`);
    expect(environment).toContain('URL=postgres://app:battery-staple-9000@db/app');
    // The process wrote its token into its own log, which is its own business; nothing else on disk may hold it.
    const found = filesWith(repo.scratch).filter((file) => !/\/log(\.1)?$/.test(file));
    expect(
      found.filter(
        (file) => !file.endsWith('.secrets/password') && !file.includes('/.git/') && !file.endsWith(MANIFEST),
      ),
    ).toEqual([]);
  });

  it('that change restart what uses them, and the plan says changed without a value or a digest', async () => {
    await using repo = await scratchRepo(FILES);
    await repo.trueup(['apply', '--auto-approve']);
    await repo.write({ '.secrets/password': 'another-password\n' });

    const drift = await repo.trueup(['drift']);
    const planned = await repo.trueup(['plan', '--output', 'json', '--detailed-exitcode']);
    const text = await repo.trueup(['plan']);
    const applied = await repo.trueup(['apply', '--auto-approve']);
    const again = await repo.trueup(['plan', '--detailed-exitcode']);

    // Git does not hold it, so no commit has changed it.
    expect(drift.status).toBe(2);
    expect(drift.stdout).toMatch(/environment_variables\.URL: .*secret.*\[changed outside of git\]/);
    expect(planned.status).toBe(2);
    expect(planned.stdout).toContain('"$secret": "changed"');
    expect(planned.stdout).not.toMatch(/"\$secret": "[0-9a-f]{16}/);
    expect(text.stdout).toContain('(secret');
    expect([applied.status, again.status]).toEqual([0, 0]);
    const { 'service.web': pid } = await repo.pids();
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).toContain('another-password');
  });

  it('that a commit takes from elsewhere are changed by git', async () => {
    await using repo = await scratchRepo({ ...FILES, '.secrets/other': 'another-password\n' });
    await repo.trueup(['apply', '--auto-approve']);
    await repo.write({ [MANIFEST]: manifest.replace('.secrets/password', '.secrets/other') });
    await repo.commit('another file');

    const drift = await repo.trueup(['drift']);
    const planned = await repo.trueup(['plan', '--detailed-exitcode']);

    expect([drift.status, planned.status]).toEqual([0, 2]);
  });

  it('that a person saves are carried out by a daemon, which leaves what only happened where its policy says so', async () => {
    const more = `  worker: { process: { command: [sleep, "1000"] } }\npolicies: { drift: report }\n`;
    await using repo = await scratchRepo({ ...FILES, [MANIFEST]: manifest + more });
    const daemon = repo.start(['serve']);
    await daemon.until(/applied at/);
    const before = await repo.pids();

    await repo.write({ '.secrets/password': 'another-password\n' });
    process.kill(before['service.worker'] ?? 0, 'SIGKILL');
    await repo.write({ [MANIFEST]: `${manifest}${more}# nothing else\n` });
    await repo.commit('a reason to look at what is declared');
    const web = await eventually(async () => {
      const { 'service.web': now } = await repo.pids();
      return now === undefined || now === before['service.web'] ? null : now;
    }, 'the service to be given its new secret');
    daemon.child.kill('SIGTERM');
    await daemon.done;

    expect(readFileSync(`/proc/${web}/environ`, 'utf8')).toContain('another-password');
    expect((await repo.pids())['service.worker']).toBeUndefined();
  });

  it('that cannot be read are an error at their line, and nothing is done', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest });

    const applied = await repo.trueup(['apply', '--auto-approve']);
    const validated = await repo.trueup(['validate']);

    expect(applied.status).toBe(65);
    expect(applied.stderr).toContain(`${MANIFEST}:4:`);
    expect(validated.status).toBe(0);
    expect(await repo.processes()).toEqual([]);
  });
});

function filesWith(folder: string): readonly string[] {
  try {
    return execFileSync('grep', ['-rlF', ...SECRETS.flatMap((secret) => ['-e', secret]), folder], { encoding: 'utf8' })
      .trim()
      .split('\n');
  } catch {
    return [];
  }
}
