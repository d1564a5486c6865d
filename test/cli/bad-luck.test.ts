import { createServer } from 'node:net';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually, type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { DATABASE_READY, MANIFEST, shop } from '../support/shop.ts';

const APPLY = ['apply', '--auto-approve'] as const;

/** A manifest of one service. */
function one(body: string): string {
  return `name: local\nproject: shop\nservices:\n  web:\n${body.replace(/^(?=.)/gm, '    ')}\n`;
}

/** Applies, expects the status, and gives all that was printed. */
async function outputOf(repo: ScratchRepo, args: readonly string[], status: number): Promise<string> {
  const result = await repo.trueup(args);
  const output = result.stdout + result.stderr;
  expect({ status: result.status, output }).toMatchObject({ status });
  return output;
}

describe('bad manifests', () => {
  it('are all reported at once, with file, line, column and the nearest right name, and nothing is done', async () => {
    await using repo = await scratchRepo({
      'environments/local/a.yaml':
        'name: local\nservices:\n  web: { proces: { command: [sleep, "9"] } }\n  api: { process: { command: [sleep, "9"] }, dependencies: [wbe] }\n',
      'environments/other/a.yaml': 'name: other\nservices: [\n',
    });

    for (const args of [['validate'], ['plan'], [...APPLY, '--all'], ['drift'], ['status']]) {
      const output = await outputOf(repo, args, 65);
      expect(output).toContain('environments/local/a.yaml:3:10');
      expect(output).toContain('did you mean "process"');
      expect(output).toContain('did you mean "web"');
      expect(output).toContain('environments/other/a.yaml:');
    }
    expect(await repo.processes()).toEqual([]);
  });

  it('name the whole cycle', async () => {
    const service = (needs: string): string => `{ process: { command: [sleep, "9"] }, dependencies: [${needs}] }`;
    await using repo = await scratchRepo({
      [MANIFEST]: `name: local\nservices:\n  a: ${service('b')}\n  b: ${service('c')}\n  c: ${service('a')}\n`,
    });

    expect(await outputOf(repo, ['validate'], 65)).toContain('a → b → c → a');
  });

  it('name both places of a key declared in two files', async () => {
    const text = 'services:\n  web: { process: { command: [sleep, "9"] } }\n';
    await using repo = await scratchRepo({ [MANIFEST]: `name: local\n${text}`, 'environments/local/b.yaml': text });

    const output = await outputOf(repo, ['validate'], 65);

    expect(output).toContain('environments/local/b.yaml:2:3');
    expect(output).toContain('environments/local/environment.yaml:3:3');
  });

  it('are refused at the line of a service on an engine that runs none', async () => {
    await using repo = await scratchRepo({
      [MANIFEST]: `${one('container: { image: "nginx:1.27" }\nengine: dev')}engines: { dev: { driver: kind } }\n`,
    });

    for (const args of [['validate'], ['plan'], [...APPLY]]) {
      expect(await outputOf(repo, args, 65)).toContain(`${MANIFEST}:4:3: error: kind runs clusters, and no services`);
    }
  });

  it('may have unicode, spaces and 300 characters in names, which is an error, and in values, which is none', async () => {
    await using bad = await scratchRepo({
      [MANIFEST]: `name: local\nservices:\n  "wéb app": { process: { command: [sleep, "9"] } }\n  ${'x'.repeat(300)}: { process: { command: [sleep, "9"] } }\n`,
    });
    await using good = await scratchRepo({
      'environments/local/ümläut file.yaml': one(
        'process: { command: [sh, -c, "echo \\"$$MESSAGE\\"; exec sleep 100"] }\nenvironment_variables: { MESSAGE: "grüße  😀" }',
      ),
    });

    expect(await outputOf(bad, ['validate'], 65)).toMatch(/environment\.yaml:3:3[^]*environment\.yaml:4:3/);
    await outputOf(good, APPLY, 0);
    await eventually(async () => (await outputOf(good, ['logs', 'web'], 0)).includes('grüße  😀'), 'its line');
  });
});

describe('commands that misbehave', () => {
  it('are told also with --quiet, on standard error', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: one('process: { command: [no-such-program] }') });

    const failed = await repo.trueup([...APPLY, '--quiet']);
    await repo.write({ [MANIFEST]: one('process: { command: [sleep, "100"] }') });
    const applied = await repo.trueup([...APPLY, '--quiet']);

    expect(failed).toMatchObject({ status: 3, stdout: '' });
    expect(failed.stderr).toContain('no-such-program');
    expect(applied).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it('do not exist: the error names command and path, and the next apply starts the mended one', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: one('process: { command: [no-such-program, "--serve"] }') });

    const output = await outputOf(repo, APPLY, 3);
    await repo.write({ [MANIFEST]: one('process: { command: [sleep, "100"] }') });
    await outputOf(repo, APPLY, 0);

    expect(output).toContain('no-such-program');
    expect(output).toContain('command_not_found');
  });

  it('ignore SIGTERM: they are killed after the grace period', async () => {
    await using repo = await scratchRepo({
      [MANIFEST]: one(
        `process: { command: [sh, -c, "trap '' TERM; echo > trapped; while :; do sleep 0.1; done"], stop_grace_period: 300ms }`,
      ),
    });
    await outputOf(repo, APPLY, 0);
    await eventually(() => existsSync(join(repo.root, 'environments/local/trapped')), 'the service to be deaf');

    await outputOf(repo, ['destroy', 'local', '--auto-approve'], 0);

    expect(await repo.processes()).toEqual([]);
  });

  it('fork and leave children: nothing of them is left', async () => {
    await using repo = await scratchRepo({
      [MANIFEST]: one(
        `process: { command: [sh, -c, "sleep 1000 & setsid sleep 1001 & (sleep 1002 &) ; wait"], stop_grace_period: 300ms }`,
      ),
    });
    await outputOf(repo, APPLY, 0);
    await eventually(async () => (await repo.processes()).length >= 5, 'the children to be there');

    await outputOf(repo, ['destroy', 'local', '--auto-approve'], 0);

    expect(await repo.processes()).toEqual([]);
  });

  it('hang in their health test: each probe ends at its timeout, and the gate says so', async () => {
    await using repo = await scratchRepo({
      [MANIFEST]: one(
        'process: { command: [sleep, "100"] }\nhealth_check: { test: [CMD, sleep, "77"], interval: 100ms, timeout: 100ms, retries: 2 }',
      ),
    });

    const output = await outputOf(repo, APPLY, 3);

    expect(output).toContain('no answer within 100 ms');
  });
});

describe('ports', () => {
  it('that are taken name the holder, and are used once they are free', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    await using repo = await scratchRepo({
      [MANIFEST]: one(`process: { command: [sleep, "100"] }\nnetworking: { ports: ["${port}"] }`),
    });

    const output = await outputOf(repo, APPLY, 3);
    await new Promise((resolve) => server.close(resolve));
    await outputOf(repo, APPLY, 0);

    expect(output).toContain('port_in_use');
    expect(output).toContain(String(process.pid));
  });
});

describe('two applies at once', () => {
  it('do not run together: the second says who holds the lock and exits 4', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop({ databaseDelay: 1000 }) });
    const first = repo.start([...APPLY]);
    await eventually(async () => 'service.db' in (await repo.pids()), 'the first apply to have started the database');

    const second = await repo.trueup([...APPLY]);
    writeFileSync(join(repo.engineRoot, DATABASE_READY), 'ready');
    const ended = await first.done;

    expect(second.status).toBe(4);
    expect(second.stderr).toContain(String(first.child.pid));
    expect(second.stderr).toContain('trueup apply');
    expect(ended.status).toBe(0);
  });

  it('may wait for each other', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop({ databaseDelay: 1000 }) });
    const first = repo.start([...APPLY]);
    await eventually(async () => 'service.db' in (await repo.pids()), 'the first apply to have started the database');

    const second = repo.start([...APPLY, '--lock-timeout', '10m']);
    await second.until(/waiting for/);
    writeFileSync(join(repo.engineRoot, DATABASE_READY), 'ready');

    expect((await first.done).status).toBe(0);
    expect((await second.done).status).toBe(0);
  });
});

describe('an interrupt', () => {
  it('stops cleanly, says what was and was not done, and exits 130', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop({ databaseDelay: 30 }) });
    const running = repo.start([...APPLY]);
    await eventually(async () => 'service.db' in (await repo.pids()), 'the database to be started');

    running.child.kill('SIGINT');
    const { status, stdout } = await running.done;

    expect(status).toBe(130);
    expect(stdout).toContain('Interrupted');
    expect(stdout).toContain('service.api');
    expect(Object.keys(await repo.pids())).toEqual(['service.db']);
    await repo.write({ [MANIFEST]: shop() });
    await outputOf(repo, APPLY, 0);
  });

  it('given twice ends at once', async () => {
    await using repo = await scratchRepo({
      [MANIFEST]: one(
        `process: { command: [sh, -c, "trap '' TERM; echo > trapped; while :; do sleep 0.1; done"], stop_grace_period: 1m }`,
      ),
    });
    await outputOf(repo, APPLY, 0);
    await eventually(() => existsSync(join(repo.root, 'environments/local/trapped')), 'the service to be deaf');
    const running = repo.start(['destroy', 'local', '--auto-approve']);
    await eventually(
      () => existsSync(join(repo.engineRoot, 'services/shop-web-1/stop')),
      'the service to be told to stop',
    );

    running.child.kill('SIGINT');
    await running.until(/Ctrl-C again/);
    running.child.kill('SIGINT');

    expect((await running.done).status).toBe(130);
  });
});

describe('state', () => {
  it('in a read-only place keeps a changing run from beginning', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });
    writeFileSync(join(repo.root, '.trueup'), 'a file where the folder should be');

    const output = await outputOf(repo, APPLY, 1);

    expect(output).toContain('state_unwritable');
    expect(await repo.processes()).toEqual([]);
    await outputOf(repo, ['plan'], 0);
  });

  it('on a full disk keeps a changing run from beginning', async ({ skip }) => {
    skip(process.getuid?.() !== 0 || process.platform !== 'linux', 'mounting a small file system needs root on Linux');
    await using repo = await scratchRepo({ [MANIFEST]: shop() });
    const state = join(repo.root, '.trueup');
    mkdirSync(state);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', state]);
    try {
      writeFileSync(join(state, 'filler'), Buffer.alloc(12 * 1024));
      const output = await outputOf(repo, APPLY, 1);
      expect(output).toContain('state_unwritable');
      expect(await repo.processes()).toEqual([]);
    } finally {
      execFileSync('umount', [state]);
    }
    await outputOf(repo, APPLY, 0);
  });

  it('cut in half is said, kept aside, and changes nothing about the plan', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });
    await outputOf(repo, APPLY, 0);
    const file = join(repo.root, '.trueup/environments/local.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.slice(0, text.length / 2));

    const planned = await outputOf(repo, ['plan', '--detailed-exitcode'], 0);
    await outputOf(repo, APPLY, 0);

    expect(planned).toContain('state_unreadable');
    expect(readdirSync(join(repo.root, '.trueup/environments')).some((name) => name.includes('unreadable'))).toBe(true);
  });
});

describe('the repo', () => {
  it('is needed: outside of git the error says what to do', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() }, { git: false });

    expect(await outputOf(repo, ['plan'], 1)).toContain('git init');
  });

  it('needs the git program', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });

    const result = await repo.trueup(['plan'], { env: { ...repo.env, PATH: '/nonexistent' } });

    expect(result.status).toBe(1);
    expect(result.stderr).toContain('git_missing');
  });

  it('without manifests says how to make the first', async () => {
    await using repo = await scratchRepo({ 'README.md': 'nothing yet' });

    expect(await outputOf(repo, ['plan'], 1)).toContain('trueup init');
  });

  it('works before the first commit', async () => {
    await using repo = await scratchRepo();
    await repo.write({ [MANIFEST]: shop() });

    await outputOf(repo, APPLY, 0);
    expect(await outputOf(repo, ['plan', '--detailed-exitcode'], 0)).toContain('No changes');
  });

  it('that lost the folder of an environment says that it is orphaned, and destroy removes it by name', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop(), 'environments/other/a.yaml': 'name: other\n' });
    await outputOf(repo, ['apply', 'local', '--auto-approve'], 0);
    rmSync(join(repo.root, 'environments/local'), { recursive: true });

    expect(await outputOf(repo, ['status'], 0)).toContain('trueup destroy local');
    expect(Object.keys(await repo.pids())).toHaveLength(3);
    await outputOf(repo, ['destroy', 'local', '--volumes', '--auto-approve'], 0);

    expect(await repo.processes()).toEqual([]);
    expect(await outputOf(repo, ['status'], 0)).not.toContain('trueup destroy local');
  });
});

describe('a manifest of 2,000 services', () => {
  it('is validated and planned', async () => {
    const services = Array.from({ length: 2000 }, (_, index) => `  s${index}: { process: { command: [sleep, "9"] } }`);
    await using repo = await scratchRepo({ [MANIFEST]: `name: local\nservices:\n${services.join('\n')}\n` });

    await outputOf(repo, ['validate'], 0);
    expect(await outputOf(repo, ['plan'], 0)).toContain('2000 to create');
  });
});
