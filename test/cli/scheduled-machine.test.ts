import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Cron } from 'croner';
import { describe, expect, it } from 'vitest';
import { ACTION_ROOT, runProgram, type ScriptResult } from '../support/action-script.ts';
import { type ScratchRepo, scratchRepo, TRUEUP } from '../support/cli.ts';
import { killService } from '../support/kill-service.ts';
import { commandOf, environmentOf, type Instance, parseUnit, specified } from '../support/systemd-unit.ts';

const UNITS = join(ACTION_ROOT, 'examples', 'systemd');
const LOCAL = 'environments/local/environment.yaml';
const STAGING = 'environments/staging/environment.yaml';
const MANIFEST = 'services: { web: { process: { command: [sleep, "600"] } } }\n';

function isThere(command: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => {
    try {
      return readdirSync(folder).includes(command);
    } catch {
      return false;
    }
  });
}

/** A repo at `~/shop`, and the command in `~/.local/bin`. */
async function machine(files: Readonly<Record<string, string>>): Promise<ScratchRepo & { readonly home: string }> {
  const repo = await scratchRepo(files);
  const home = join(repo.scratch, 'home');
  const programs = join(home, '.local', 'bin');
  await mkdir(programs, { recursive: true });
  await symlink(TRUEUP, join(programs, 'trueup'));
  await symlink(process.execPath, join(programs, 'node'));
  await symlink(repo.root, join(home, 'shop'));
  return Object.assign(repo, { home });
}

/** Nothing of the shell that a person has: where state lies, and who is at home. */
function bare({ env }: ScratchRepo): NodeJS.ProcessEnv {
  const { PATH: _path, ...rest } = env;
  return rest;
}

describe('the units for systemd', () => {
  const analyze = 'systemd-analyze';

  it.skipIf(!isThere(analyze))('are taken by systemd without a word', async () => {
    await using repo = await scratchRepo({}, { git: false });
    const names = readdirSync(UNITS).map((name) => name.replace('@.', '@home-me-shop.'));
    const units = join(repo.scratch, 'units');
    await mkdir(units);
    for (const name of readdirSync(UNITS)) {
      await writeFile(join(units, name), readFileSync(join(UNITS, name)));
    }

    const paths = names.map((name) => join(units, name));
    const result = await runProgram(analyze, ['--user', 'verify', ...paths], { cwd: units, env: repo.env });

    expect(names).toEqual([
      'trueup-drift@home-me-shop.service',
      'trueup-drift@home-me-shop.timer',
      'trueup-found@home-me-shop.service',
      'trueup-parity@home-me-shop.service',
      'trueup-parity@home-me-shop.timer',
    ]);
    expect(result).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it.skipIf(!isThere(analyze)).each(['trueup-drift@.timer', 'trueup-parity@.timer'])(
    'are due once a night: %s',
    (name) => {
      const [when = ''] = parseUnit(readFileSync(join(UNITS, name), 'utf8'))['Timer']?.['OnCalendar'] ?? [];

      const told = execFileSync(analyze, ['calendar', '--iterations=2', '--base-time=2026-01-31 00:00 UTC', when], {
        env: { ...process.env, TZ: 'UTC' },
        encoding: 'utf8',
      });

      expect(told).toMatch(/Next elapse: Sat 2026-01-31 03:\d7:00 UTC/);
      expect(told).toMatch(/Iter\w*\.? #2: Sun 2026-02-01 03:\d7:00 UTC/);
    },
  );

  /** What `systemctl --user start` would run, as it would be run. */
  async function started(
    { home, ...repo }: ScratchRepo & { readonly home: string },
    kind: 'drift' | 'parity',
    given: NodeJS.ProcessEnv = {},
  ): Promise<ScriptResult> {
    const unit = parseUnit(readFileSync(join(UNITS, `trueup-${kind}@.service`), 'utf8'));
    const instance: Instance = { name: `trueup-${kind}@x.service`, home, path: join(home, 'shop') };
    const env = { ...bare(repo), HOME: home, ...environmentOf(unit, instance), ...given };
    const [program = '', ...words] = commandOf(unit, instance, env);
    const [folder = ''] = unit['Service']?.['WorkingDirectory'] ?? [];
    return runProgram(program, words, { cwd: specified(folder, instance), env });
  }

  it('end with what was found: drift', async () => {
    await using repo = await machine({ [LOCAL]: MANIFEST });
    await repo.trueup(['apply', 'local', '--auto-approve']);

    expect((await started(repo, 'drift')).status).toBe(0);
    await killService(repo, 'service.web');
    const found = await started(repo, 'drift');
    await repo.write({ [LOCAL]: MANIFEST.replace('process', 'proces') });

    expect(found.status).toBe(2);
    expect(found.stdout).toContain('service.web');
    expect((await started(repo, 'drift')).status).toBe(65);
  });

  it('end with what was found: parity, of the pair that a drop-in names', async () => {
    await using repo = await machine({ [LOCAL]: MANIFEST, [STAGING]: MANIFEST.replace('600', '700') });

    expect((await started(repo, 'parity')).status).toBe(2);
    expect((await started(repo, 'parity', { TRUEUP_PAIR: 'local local@HEAD' })).status).toBe(0);
    expect((await started(repo, 'parity', { TRUEUP_PAIR: 'local elsewhere' })).status).toBe(64);
  });

  it('mail what a unit that failed has said, with its exit status', async () => {
    await using repo = await machine({});
    const programs = join(repo.scratch, 'programs');
    await mkdir(programs);
    await writeFile(join(programs, 'journalctl'), '#!/bin/sh\necho "journal of: $*"\n');
    await writeFile(join(programs, 'mail'), `#!/bin/sh\n{ printf '<%s>' "$@"; echo; cat; } > ${repo.scratch}/mailed\n`);
    for (const name of ['journalctl', 'mail']) {
      await chmod(join(programs, name), 0o755);
    }
    const drift = parseUnit(readFileSync(join(UNITS, 'trueup-drift@.service'), 'utf8'));
    const failed: Instance = { name: 'trueup-drift@home-me-shop.service', home: repo.home, path: '/home/me/shop' };
    const [told = ''] = (drift['Unit']?.['OnFailure'] ?? []).map((name) => specified(name, failed));
    const unit = parseUnit(readFileSync(join(UNITS, 'trueup-found@.service'), 'utf8'));
    const instance: Instance = { name: told, home: repo.home, path: '/' };
    const env = {
      ...bare(repo),
      PATH: `${programs}:/usr/bin:/bin`,
      ...environmentOf(unit, instance),
      MONITOR_EXIT_STATUS: '2',
    };
    const [program = '', ...words] = commandOf(unit, instance, env);

    const { status } = await runProgram(program, words, { cwd: '/', env });

    expect(status).toBe(0);
    expect(readFileSync(join(repo.scratch, 'mailed'), 'utf8')).toBe(
      '<-s><trueup-drift@home-me-shop.service ended with 2><me@example.com>\n' +
        'journal of: --user --no-pager --output=cat --unit=trueup-drift@home-me-shop.service --since=-30min\n',
    );
  });
});

describe('the lines for cron', () => {
  const lines = readFileSync(join(ACTION_ROOT, 'examples', 'cron', 'trueup'), 'utf8').split('\n');
  const entries = lines.flatMap((line) => {
    const [, when, command] = /^((?:\S+ ){5}) *(.+)$/.exec(/^[#A-Z]/.test(line) ? '' : line) ?? [];
    return when === undefined || command === undefined ? [] : [{ when: when.trim(), command }];
  });
  const variables = Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = /^([A-Z]+)=(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );

  /** As cron runs a line: by a plain shell at home, with no more than it knows, and input behind a percent sign. */
  function run({ home, ...repo }: ScratchRepo & { readonly home: string }, command = ''): Promise<ScriptResult> {
    const [line = ''] = command.split(/(?<!\\)%/);
    return runProgram('/bin/sh', ['-c', line.replaceAll('\\%', '%')], {
      cwd: home,
      env: {
        HOME: home,
        LOGNAME: 'me',
        SHELL: '/bin/sh',
        ...variables,
        // What the line of PATH names is the machine's; the command under test is at home.
        PATH: `${join(home, '.local', 'bin')}:${variables['PATH']}`,
        ...Object.fromEntries(Object.entries(repo.env).filter(([name]) => /^(?:XDG|GIT)_/.test(name))),
      },
    });
  }

  const [drift, parity] = entries.map(({ command }) => command);

  it('are two, each due once a night', () => {
    const after = new Date('2026-01-31T00:00:00Z');

    expect(entries.map(({ when }) => new Cron(when, { timezone: 'UTC' }).nextRuns(2, after).map(String))).toHaveLength(
      2,
    );
    for (const { when } of entries) {
      const runs = new Cron(when, { timezone: 'UTC', paused: true }).nextRuns(2, after);
      expect(runs.map((date) => date.toISOString().slice(0, 13))).toEqual(['2026-01-31T03', '2026-02-01T03']);
    }
  });

  it.skipIf(!isThere('flock'))('print nothing where nothing is found, so that cron mails nothing', async () => {
    await using repo = await machine({ [LOCAL]: MANIFEST, [STAGING]: MANIFEST });
    await repo.trueup(['apply', 'local', '--auto-approve']);

    expect(await run(repo, drift)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(await run(repo, parity)).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it.skipIf(!isThere('flock'))('say first how it ended, and then what was found', async () => {
    await using repo = await machine({ [LOCAL]: MANIFEST, [STAGING]: MANIFEST.replace('600', '700') });
    await repo.trueup(['apply', 'local', '--auto-approve']);
    await killService(repo, 'service.web');

    const [drifted, different] = [await run(repo, drift), await run(repo, parity)];

    expect([drifted.status, different.status]).toEqual([2, 2]);
    expect(drifted.stdout).toMatch(/^trueup drift in ~\/shop ended with 2\n[^]*service\.web/);
    expect(different.stdout).toMatch(/^trueup parity in ~\/shop ended with 2\n[^]*process\.command/);
  });

  it.skipIf(!isThere('flock'))('end with 75 while the run before goes on', async () => {
    await using repo = await machine({ [LOCAL]: MANIFEST });
    const holder = spawn('flock', [join(repo.root, '.git'), 'sh', '-c', 'echo held; cat'], { stdio: 'pipe' });
    await once(holder.stdout, 'data');

    const result = await run(repo, drift);
    holder.stdin.end();
    await once(holder, 'close');

    expect(result).toEqual({ status: 75, stdout: 'trueup drift in ~/shop ended with 75\n\n', stderr: '' });
    expect((await run(repo, drift)).status).toBe(0);
  });

  it.skipIf(!isThere('flock'))('are mailed where the repo or the command is gone', async () => {
    await using repo = await machine({ [LOCAL]: MANIFEST });
    await rm(join(repo.home, '.local', 'bin', 'trueup'));
    const without = await run(repo, drift);
    await rm(join(repo.home, 'shop'));
    const gone = await run(repo, drift);

    expect([without.status, without.stdout]).toEqual([
      69,
      expect.stringMatching(/^trueup drift in ~\/shop ended with 69\n.*trueup/),
    ]);
    // A shell may end with 2 here, which would say that something is found.
    expect([gone.status, gone.stdout]).toEqual([1, '']);
    expect(gone.stderr).toContain('shop');
  });
});
