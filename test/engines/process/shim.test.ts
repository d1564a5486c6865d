import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { psProcesses } from '../../../src/drivers/process/processes-ps.ts';
import { type Shell, SYSTEM_SHELL } from '../../../src/drivers/process/shim.ts';
import { eventually, isAlive, kill, pidOf, readProc, script, TestEngine } from './support.ts';

const SHELLS: readonly Shell[] = [
  SYSTEM_SHELL,
  { file: '/usr/bin/dash', applet: null },
  { file: '/usr/bin/bash', applet: null },
  // What /bin/sh is on macOS and elsewhere.
  { file: '/usr/bin/bash', applet: '--posix' },
  { file: '/usr/bin/busybox', applet: 'sh' },
].filter((shell) => existsSync(shell.file));

describe.each(SHELLS)('the shim under $file $applet', (shell) => {
  let engine: TestEngine;
  beforeEach(() => {
    engine = new TestEngine(shell);
  });
  afterEach(() => engine.end());

  it('records the exit status of the command, whatever it is', async () => {
    const statuses = [0, 1, 2, 125, 126, 127, 255];
    for (const status of statuses) await engine.up({ command: script(`exit ${status}`) }, `shop-s${status}-1`);

    for (const status of statuses) {
      const object = await engine.reach(status === 0 ? 'completed' : 'failed', `shop-s${status}-1`);
      expect(object.status.exit_code).toBe(status);
    }
  });

  it('records death by a signal as a shell does', async () => {
    const object = await engine.up();
    kill(pidOf(object));

    const failed = await engine.reach('failed');

    expect(failed.status).toMatchObject({ exit_code: 137, reason: 'exited with status 137 (SIGKILL)' });
    await eventually(() => engine.leftovers().length === 0, 'the end of the shim');
  });

  it('survives signals to its group, which the command gets', async () => {
    const traps = 'for s in HUP INT QUIT USR1 USR2 ALRM TERM WINCH; do trap "echo $s" $s; done';
    const object = await engine.up({ command: script(`${traps}; echo ready; while :; do sleep 0.05; done`) });
    await eventually(() => engine.log().includes('ready'), 'the traps');
    const group = Number(readProc(pidOf(object), 'stat').split(' ')[4]);

    for (const name of ['HUP', 'INT', 'QUIT', 'USR1', 'USR2', 'ALRM', 'TERM', 'WINCH'] as const) {
      process.kill(-group, `SIG${name}`);
      await eventually(() => engine.log().includes(name), name);
    }

    expect(await engine.look()).toMatchObject({ status: { run_state: 'running', restarts: 0 } });
  });

  it('ends what the command leaves behind in its group', async () => {
    await engine.up({ command: script('sleep 600 & sleep 600 & exit 0') });

    await engine.reach('completed');

    await eventually(() => engine.leftovers().length === 0, 'the end of the children');
  });

  it('starts the command again by policy, after growing pauses, and counts', async () => {
    await engine.up({ command: script('date +%s%N; exit 1'), restart: 'always' });

    await eventually(() => engine.log().split('\n').length > 5, 'four restarts');

    const times = engine.log().trim().split('\n').map(Number);
    const pauses = times.slice(1).map((time, index) => (time - (times[index] ?? 0)) / 1e6);
    for (const [index, least] of [100, 200, 400, 800].entries()) expect(pauses[index]).toBeGreaterThanOrEqual(least);
    const { configured, status } = await engine.look();
    expect(status.run_state).toMatch(/^(restarting|running)$/);
    expect(configured['run_state']).toBe('running');
  });

  it('gives up after the attempts of on-failure:N', async () => {
    await engine.up({ command: script('echo once; exit 4'), restart: 'on-failure:2' });

    const failed = await engine.reach('failed');

    expect(failed.status).toMatchObject({ restarts: 2, exit_code: 4 });
    expect(engine.log()).toBe('once\nonce\nonce\n');
  });

  it('does not start again what succeeded under on-failure', async () => {
    await engine.up({ command: ['true'], restart: 'on-failure' });

    expect(await engine.reach('completed')).toMatchObject({ status: { restarts: 0 } });
  });

  it('starts nothing any more once it is told to stop, also while it pauses', async () => {
    await engine.up({ command: script('echo once; exit 1'), restart: 'unless-stopped' });
    await eventually(async () => {
      const { status } = await engine.look();
      return status.restarts >= 3 && status.run_state === 'restarting' && status.exit_code === 1;
    }, 'a long pause');

    await engine.stop();

    const lines = engine.log();
    expect(await engine.look()).toMatchObject({ status: { run_state: 'stopped', exit_code: 1 } });
    expect(engine.leftovers()).toEqual([]);
    expect(engine.log()).toBe(lines);
  });

  it('stays with a command that is stopped by a signal', async () => {
    const object = await engine.up();
    kill(pidOf(object), 'SIGSTOP');
    await engine.reach('paused');
    kill(pidOf(object), 'SIGCONT');

    expect(pidOf(await engine.reach('running'))).toBe(pidOf(object));
  });

  it('hands over words and variables exactly', async () => {
    const words = ['', ' ', "it's", '"$HOME"', '`x`', '\\', 'a\nb', '*', '-n', 'é✓'];
    const variables = { A: words.join('|'), i: '1', dir: 'x', head: 'y', line: 'z' };

    await engine.up({
      command: ['sh', '-c', 'for w; do printf "<%s>" "$w"; done; printf %s "$A$i$dir$head$line"', 'x', ...words],
      variables,
    });

    await engine.reach('completed');
    expect(engine.log()).toBe(`${words.map((word) => `<${word}>`).join('')}${words.join('|')}1xyz`);
  });

  it('shows nothing of command and environment in its own arguments', async () => {
    const object = await engine.up({ command: ['sleep', '613'], variables: { A: 'visible' } });
    const shim = Number(readProc(pidOf(object), 'stat').split(' ')[3]);

    const shown = readProc(shim, 'cmdline');

    expect(shown).toContain('trueup:shop-web-1');
    expect(shown).not.toContain('613');
    expect(shown).not.toContain('visible');
  });
});

describe('where there is no /proc', () => {
  it('processes are told apart by what ps says', async () => {
    const table = await psProcesses().look();

    const own = table.get(process.pid);

    expect(own).toMatchObject({ pid: process.pid, ppid: process.ppid });
    expect(own?.start).toMatch(/^[A-Z][a-z]{2}_[A-Z][a-z]{2}_\d+_\d\d:\d\d:\d\d_\d{4}$/);
    expect(table.commandOf(process.pid)).toContain('node');
    expect(table.all().length).toBeGreaterThan(2);
  });

  it('services live as they do elsewhere', async () => {
    const engine = new TestEngine({ ...SYSTEM_SHELL, proc: '/no-such-folder' });
    Object.assign(engine.engine, { processes: psProcesses() });
    try {
      const object = await engine.up({ command: script('sleep 600 & exec sleep 600') });
      expect(object.status.run_state).toBe('running');
      expect(isAlive(pidOf(object))).toBe(true);
      kill(pidOf(object));
      expect(await engine.reach('failed')).toMatchObject({ status: { exit_code: 137 } });
      await eventually(() => engine.leftovers().length === 0, 'the end of the children');
      await engine.run('start', { name: 'shop-web-1' });
      await engine.remove();
      expect(engine.leftovers()).toEqual([]);
      expect(readFileSync('/proc/self/stat', 'utf8')).not.toBe('');
    } finally {
      await engine.end();
    }
  });
});
