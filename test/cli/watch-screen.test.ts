/** The screen of `trueup watch`, as somebody sees it who sits before a terminal and presses keys. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { eventually, type ScratchRepo, scratchRepo, TRUEUP } from '../support/cli.ts';
import { Terminal } from '../support/terminal.ts';

const LOCAL = 'environments/local/environment.yaml';

function manifest(seconds: number, more = ''): string {
  return `name: local
services:
  db:
    process: { command: [sh, -c, 'echo hello from db; exec sleep 2000'] }
  web:
    process: { command: [sleep, "${seconds}"] }
${more}`;
}

interface Session extends AsyncDisposable {
  /** What stands on the screen. */
  screen(): string;
  shows(pattern: RegExp): Promise<void>;
  press(keys: string): void;
  resize(columns: number): Promise<void>;
  /** The exit status. */
  readonly ended: Promise<number>;
  readonly pid: () => Promise<number>;
  /** What the terminal was told of itself after the command: `-icanon` where it was left raw. */
  modes(): Promise<string>;
}

/** The command on a terminal of its own, which says in the end in which modes it was left. */
function session(repo: ScratchRepo, args: readonly string[] = []): Session {
  const modes = `${repo.scratch}/modes`;
  const tty = `${repo.scratch}/tty`;
  const quoted = [process.execPath, '--', TRUEUP, 'watch', ...args].map((word) => `'${word}'`).join(' ');
  const line = `stty rows 24 cols 100; tty > '${tty}'; ${quoted}; status=$?; stty -a > '${modes}'; exit $status`;
  const env = { ...repo.env, TERM: 'xterm-256color', NO_COLOR: '1', SHELL: '/bin/sh' };
  const child = spawn('script', ['-qec', line, '/dev/null'], { cwd: repo.root, env, stdio: 'pipe' });
  const terminal = new Terminal(100, 24);
  child.stdout.setEncoding('utf8').on('data', (text: string) => terminal.write(text));
  child.stdin.on('error', () => undefined);
  const ended = once(child, 'close').then(([code]) => Number(code));
  const screen = (): string => terminal.screen.join('\n');
  return {
    screen,
    ended,
    shows: async (pattern) =>
      void (await eventually(
        () => pattern.test(screen()),
        () => `${pattern} on:\n${screen()}`,
      )),
    press: (keys) => void child.stdin.write(keys),
    async resize(columns) {
      const path = (await readFile(tty, 'utf8')).trim();
      terminal.resize(columns);
      const stty = spawn('stty', ['-F', path, 'cols', String(columns)], { stdio: 'ignore' });
      await once(stty, 'close');
    },
    async pid() {
      const pids = await repo.processes();
      const found = await Promise.all(
        pids.map(async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')] as const),
      );
      const mine = found.find(([, text]) => text.startsWith(process.execPath) && text.includes('\0watch'));
      if (mine === undefined) throw new Error('nobody watches');
      return mine[0];
    },
    modes: () => readFile(modes, 'utf8'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended.catch(() => 0);
    },
  };
}

describe('the screen of watch', () => {
  it('shows services with their state, and what a save changed and why', async () => {
    await using repo = await scratchRepo({ [LOCAL]: manifest(1000) });
    await using watch = session(repo);
    await watch.shows(/local: healthy, [0-9a-f]{7}\n +SERVICE +STATE.*\n> db +running.*\n +web +running/);

    await repo.write({ [LOCAL]: manifest(1001) });
    await watch.shows(/local: healthy, [0-9a-f]{7} \(dirty\)[^]*web +running +<?\d+ s ago +process.command: .*→ .*/);

    watch.press('q');
    expect(await watch.ended).toBe(0);
    expect(Object.keys(await repo.pids())).toEqual(['service.db', 'service.web']);
    expect(watch.screen()).toContain('Services go on running');
  });

  it('shows mistakes with their lines, until they are mended', async () => {
    await using repo = await scratchRepo({ [LOCAL]: manifest(1000) });
    await using watch = session(repo);
    await watch.shows(/healthy/);

    await repo.write({ [LOCAL]: manifest(1000, '    comand: a\n') });
    await watch.shows(/✘ environments\/local\/environment\.yaml:7:5: error: unknown key "comand"[^]*7 \|  +comand: a/);
    await repo.write({ [LOCAL]: manifest(1000) });

    await eventually(
      () => !watch.screen().includes('✘'),
      () => watch.screen(),
    );
    watch.press('q');
    expect(await watch.ended).toBe(0);
  });

  it('pauses, gathers what is saved meanwhile, and goes on', async () => {
    await using repo = await scratchRepo({ [LOCAL]: manifest(1000) });
    await using watch = session(repo);
    await watch.shows(/healthy/);
    const before = await repo.pids();

    watch.press('p');
    await watch.shows(/paused: nothing is changed/);
    await repo.write({ [LOCAL]: manifest(1001) });
    await watch.shows(/… saved environments\/local\/environment\.yaml/);
    const meanwhile = await repo.pids();
    watch.press('p');
    await eventually(async () => (await repo.pids())['service.web'] !== before['service.web'], 'another process');

    expect(meanwhile).toEqual(before);
    watch.press('q');
    expect(await watch.ended).toBe(0);
  });

  it('shows what the chosen service writes, help, and compares anew when it is told to', async () => {
    await using repo = await scratchRepo({ [LOCAL]: manifest(1000) });
    await using watch = session(repo);
    await watch.shows(/healthy/);

    watch.press('l');
    await watch.shows(/What service\.db writes:\nhello from db/);
    watch.press('\u001B[B');
    await watch.shows(/What service\.web writes:\n\(nothing yet\)/);
    watch.press('l');
    await watch.shows(/> web/);
    watch.press('?');
    await watch.shows(/q +quit; services go on running/);
    watch.press('?f');
    await watch.shows(/compared anew, because f was pressed/);

    watch.press('q');
    expect(await watch.ended).toBe(0);
  });

  it('fits a terminal that becomes narrower, with no line wrapped', async () => {
    await using repo = await scratchRepo({ [LOCAL]: manifest(1000) });
    await using watch = session(repo);
    await watch.shows(/healthy/);

    await watch.resize(44);
    await repo.write({ [LOCAL]: manifest(1001) });
    await watch.shows(/local: healthy, [0-9a-f]{7} \(dirty\)[^]*web +running +.*proc/);

    expect(watch.screen().match(/local: /g)).toHaveLength(1);
    watch.press('q');
    expect(await watch.ended).toBe(0);
  });

  it.each([
    ['q', 'q', 0],
    ['Ctrl-C', '\u0003', 130],
  ])('gives the terminal back as it was, ended by %s', async (_name, key, status) => {
    await using repo = await scratchRepo({ [LOCAL]: manifest(1000) });
    await using watch = session(repo);
    await watch.shows(/healthy/);

    watch.press(key);

    expect(await watch.ended).toBe(status);
    const modes = await watch.modes();
    expect(modes).toMatch(/(^|\s)icanon/m);
    expect(modes).toMatch(/\secho\s/);
  });

  it('gives the terminal back as it was where it is ended from outside', async () => {
    await using repo = await scratchRepo({ [LOCAL]: manifest(1000) });
    await using watch = session(repo);
    await watch.shows(/healthy/);

    process.kill(await watch.pid(), 'SIGTERM');

    await watch.ended;
    expect(await watch.modes()).toMatch(/(^|\s)icanon/m);
  });
});
