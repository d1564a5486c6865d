import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type InstallContext,
  installService,
  serviceStatus,
  uninstallService,
} from '../../../../src/serve/install/install.ts';
import { type Manager, managerOf } from '../../../../src/serve/install/manager.ts';
import { type Service, serviceOf } from '../../../../src/serve/install/service.ts';
import { Command } from 'commander';
import { command } from '../../../../src/cli/commands/serve.ts';
import { keptOptions } from '../../../../src/cli/daemon/service-options.ts';

let home = '';
let calls: string[] = [];
let running = new Set<string>();
let isThere = true;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'trueup-install-'));
  [calls, running, isThere] = [[], new Set(), true];
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A manager that remembers what runs. */
function run(words: readonly string[]): Promise<number | null> {
  if (!isThere) return Promise.resolve(null);
  const line = words.join(' ');
  calls.push(line);
  const [, , verb = '', last = ''] = words;
  const unit = words.at(-1) ?? last;
  if (verb === 'start' || verb === 'restart') running.add(unit);
  if (verb === 'disable') running.delete(unit);
  if (verb === 'is-active') return Promise.resolve(running.has(unit) ? 0 : 3);
  return Promise.resolve(0);
}

function managed(platform: NodeJS.Platform = 'linux'): InstallContext & { readonly manager: Manager } {
  const manager = managerOf({ platform, home, configHome: join(home, '.config'), uid: 501 });
  return { manager, run, signal: new AbortController().signal };
}

function service(options: readonly string[] = []): Service {
  return serviceOf({
    sources: [join(home, 'shop')],
    runtime: '/usr/bin/node',
    command: '/opt/trueup.cjs',
    options,
    home,
    environment: {},
    log: join(home, 'x.log'),
  });
}

const LAX = { force: false };

describe('installing', () => {
  it('writes the unit, starts it, and does nothing the second time', async () => {
    const context = managed();
    const first = await installService(service(), context, LAX);

    expect(first).toMatchObject({ state: 'written', isActive: true, next: [], manager: 'systemd' });
    expect(readFileSync(first.file, 'utf8')).toBe(first.text);
    expect(statSync(first.file).mode & 0o777).toBe(0o644);
    expect(calls.slice(1, 4).map((line) => line.replace(/trueup-\S+/, 'UNIT'))).toEqual([
      'systemctl --user daemon-reload',
      'systemctl --user enable UNIT',
      'systemctl --user start UNIT',
    ]);

    calls = [];
    expect(await installService(service(), context, LAX)).toMatchObject({ state: 'unchanged', text: null });
    expect(calls.join()).not.toContain('restart');
  });

  it('restarts it where it is written otherwise', async () => {
    await installService(service(), managed(), LAX);
    calls = [];

    expect(await installService(service(['--dry-run']), managed(), LAX)).toMatchObject({ state: 'written' });
    expect(calls.join()).toContain('systemctl --user restart');
  });

  it('leaves a file that is not ours as it is, unless it is told to', async () => {
    const { manager } = managed();
    const file = manager.path(service());
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '[Service]\nExecStart=/bin/true\n');

    for (const act of [installService, uninstallService]) {
      await expect(act(service(), managed(), LAX)).rejects.toMatchObject({ code: 'install_refused' });
    }
    expect(readFileSync(file, 'utf8')).toContain('/bin/true');
    expect(calls).toEqual([]);

    await installService(service(), managed(), { force: true });
    expect(readFileSync(file, 'utf8')).toContain('/opt/trueup.cjs');
  });

  it('writes the file and says what to do where the manager does not run for this user', async () => {
    const { manager, signal } = managed();
    const noBus = { manager, signal, run: () => Promise.resolve(1) };
    const report = await installService(service(), noBus, LAX);

    expect(report).toMatchObject({ state: 'written', isActive: false, lacks: null });
    expect(report.next.map((line) => line.replace(/trueup-\S+/, 'UNIT'))).toEqual([
      'systemctl --user daemon-reload',
      'systemctl --user enable UNIT',
      'systemctl --user start UNIT',
      'loginctl enable-linger',
    ]);
    expect(readFileSync(report.file, 'utf8')).toContain('ExecStart=');
  });

  it('says that there is no manager, and asks nobody to call one', async () => {
    isThere = false;
    const report = await installService(service(), managed(), LAX);

    expect(report).toMatchObject({ state: 'written', isActive: false, lacks: 'systemctl', next: [] });
    expect(await serviceStatus(service(), managed())).toMatchObject({ lacks: 'systemctl', isActive: false });
    expect(await uninstallService(service(), managed(), LAX)).toMatchObject({ state: 'removed' });
  });

  it('says which file it cannot write', async () => {
    symlinkSync('/dev/null', join(home, '.config'));

    await expect(installService(service(), managed(), LAX)).rejects.toMatchObject({ code: 'install_refused' });
  });

  it('is undone, also twice, and by the name of a repo alone', async () => {
    const { file } = await installService(service(), managed(), LAX);

    expect(await serviceStatus(service(['--dry-run']), managed())).toMatchObject({
      state: 'unchanged',
      isActive: true,
    });
    expect(await uninstallService({ name: service().name }, managed(), LAX)).toMatchObject({ state: 'removed' });
    expect(() => statSync(file)).toThrow();
    expect(running.size).toBe(0);
    expect(await uninstallService(service(), managed(), LAX)).toMatchObject({ state: 'absent' });
    expect(await serviceStatus(service(), managed())).toMatchObject({ state: 'absent', isActive: false });
  });

  it('knows one that starts what is elsewhere by now', async () => {
    await installService(service(), managed(), LAX);
    const moved = { ...service(), words: ['/usr/bin/node', '/elsewhere/trueup.cjs', ...service().words.slice(2)] };

    expect(await serviceStatus(moved, managed())).toMatchObject({
      state: 'outdated',
      next: ['trueup serve --install'],
    });
  });

  it('loads an agent on macOS', async () => {
    const report = await installService(service(), managed('darwin'), LAX);

    expect(report).toMatchObject({ manager: 'launchd', state: 'written', next: [] });
    expect(report.file).toMatch(/Library\/LaunchAgents\/dev[.]trueup[.]trueup-shop-[0-9a-f]{8}[.]plist$/);
    expect(calls).toContain(`launchctl bootstrap gui/501 ${report.file}`);
    expect(await serviceStatus(service(), managed('darwin'))).toMatchObject({ state: 'unchanged' });
  });
});

describe('the options that a service gets', () => {
  function kept(...words: readonly string[]): readonly string[] {
    return keptOptions(['node', 'trueup', '-C', '/x', 'serve', ...words], '/home/kim');
  }

  it('are those of the command line but for what installs it, with absolute paths', () => {
    expect(kept('shop', '--install', '--parallel', '4', '--full-every=5m', '--env-file', 'x.env', '--dry-run')).toEqual(
      ['--parallel', '4', '--full-every', '5m', '--env-file', '/home/kim/x.env', '--dry-run'],
    );
    expect(kept('--install', '--', '--parallel', '4')).toEqual([]);
  });

  it('say how repos are followed that are served by URL, and whose they are', () => {
    const how = ['--branch', 'main', '--poll=5m', '--allow-policy', 'a b.yaml', '--trust', '--semver', '^1.2'];
    expect(kept('https://example.com/x.git', ...how, '--tag', 'v1', '--commit', 'abcd', '--install')).toEqual(
      [
        '--branch',
        'main',
        '--poll',
        '5m',
        '--allow-policy',
        '/home/kim/a b.yaml',
        '--trust',
        '--semver',
        '^1.2',
      ].concat(['--tag', 'v1', '--commit', 'abcd']),
    );
  });

  it('are all that serve has, or refused by name', () => {
    const serve = new Command('serve');
    command.attach(serve, { directory: '/' } as never);
    const refused = ['--var', '--role', '--name', '--expires', '--help'];
    for (const { long, required } of serve.options) {
      if (long === undefined || long === null) continue;
      const act = (): unknown => kept(long, ...(required ? ['x'] : []));
      if (refused.includes(long)) expect(act).toThrow(/cannot be installed/);
      else expect(act).not.toThrow();
    }
  });

  it('are never those that may hold a secret', () => {
    expect(() => kept('--install', '--var', 'password=hunter2')).toThrow(/--var cannot be installed/);
  });
});
