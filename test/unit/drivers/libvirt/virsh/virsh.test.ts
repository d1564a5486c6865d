import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { askFacts } from '../../../../../src/drivers/libvirt/observe/ask-facts.ts';
import { assertReading } from '../../../../../src/drivers/libvirt/virsh/allowed.ts';
import { complaint, refused } from '../../../../../src/drivers/libvirt/virsh/failures.ts';
import { commandLine } from '../../../../../src/drivers/libvirt/virsh/quote.ts';
import { changingVirsh } from '../../../../../src/drivers/libvirt/virsh/virsh.ts';
import { eventually } from '../../../../support/eventually.ts';
import { recordedText } from '../recorded.ts';

/** Goes on once it is told, and says something, whoever listens. */
const HELD =
  'touch "$TRUEUP_TEST_AT/begun"; while [ ! -e "$TRUEUP_TEST_AT/go-on" ]; do [ -e "$TRUEUP_TEST_AT" ] || exit; sleep 0.05; done; echo one; echo one >&2; touch "$TRUEUP_TEST_AT/done"';

const ENGINE = { name: 'host', uri: 'qemu:///system', pool: 'default', isLocal: true };

describe('an observer', () => {
  it.each([
    [['dumpxml', 'x']],
    [['qemu-agent-command', 'x', '--timeout', '2', '{"execute":"guest-ping"}']],
    [['qemu-monitor-command', 'x', '--hmp', 'info usernet']],
  ])('may ask %j', (command) => {
    expect(() => assertReading([command])).not.toThrow();
  });

  it.each([
    [['define', 'x']],
    [['destroy', 'x']],
    [['vol-upload', 'x']],
    [['qemu-agent-command', 'x', '{"execute":"guest-shutdown"}']],
    [['qemu-monitor-command', 'x', '--hmp', 'quit']],
  ])('may not run %j', (command) => {
    expect(() => assertReading([['list'], command])).toThrow('an observer must not run');
  });
});

describe('commands', () => {
  it('keep their words, whatever is in them', () => {
    expect(
      commandLine([
        ['dumpxml', "a b;c'd"],
        ['list', '--all'],
      ]),
    ).toBe(String.raw`dumpxml 'a b;c'\''d'; list --all`);
  });
});

describe('complaints', () => {
  it('are told once and without their prefix', () => {
    expect(complaint("error: Failed to start domain 'x'\nerror: no space\n\nerror: no space\n")).toBe(
      "Failed to start domain 'x': no space",
    );
  });

  it.each([
    ['error: internal error: Could not set up host forwarding rule', 'port_in_use'],
    ['error: Storage pool not found: no pool', 'object_missing'],
    ["error: domain 'x' already exists with uuid 1", 'name_in_use'],
    ['error: failed to connect to the hypervisor', 'engine_unreachable'],
    ['error: something else', 'step_failed'],
  ])('%s has the code %s', (text, code) => {
    const error = refused(ENGINE, 'start', text);

    expect({ code: error.code, leadsOn: error.next !== null }).toEqual({ code, leadsOn: true });
  });
});

describe('a virsh', () => {
  const folders: string[] = [];

  afterEach(async () => {
    vi.unstubAllEnvs();
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
  });

  /** Puts a program of that name first on the PATH. */
  async function pretend(script: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'trueup-test-'));
    folders.push(folder);
    await writeFile(join(folder, 'virsh'), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, 'virsh'), 0o755);
    vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
    return folder;
  }

  function ask(timeoutMs?: number): Promise<unknown> {
    return changingVirsh(ENGINE).ask([['list']], new AbortController().signal, timeoutMs);
  }

  it('that is not there says what to install', async () => {
    vi.stubEnv('PATH', '/nonexistent');

    await expect(ask()).rejects.toMatchObject({
      code: 'engine_unreachable',
      message: expect.stringContaining('needs virsh') as string,
      next: expect.stringContaining('libvirt-clients') as string,
    });
  });

  it('that hangs is given up, and ended', async () => {
    await pretend('trap "" TERM; while :; do sleep 0.1; done');

    await expect(ask(200)).rejects.toMatchObject({
      code: 'engine_unreachable',
      message: expect.stringContaining('no answer within 0.2 s') as string,
    });
  });

  it('has no terminal that it, or who it calls, could ask anybody on', async () => {
    // Who leads a group of its own leads a session of its own here, and a new session has no terminal.
    await pretend('echo "$$ $(ps -o pgid= -p $$) $(cat)" >&2; exit 1');

    const failed: unknown = await ask().catch((error: unknown) => error);

    expect(String(failed)).toMatch(/: (\d+) +\1$/);
  });

  it('is asked in portions where one command line would not hold it all', async () => {
    // Says of each command how long it is.
    await pretend(
      `for line; do :; done; printf '%s' "$line" | awk 'BEGIN { RS = "; " } /^echo --err/ { print "" > "/dev/stderr"; printf "@@trueup-next@@\\n" > "/dev/stderr"; next } /^echo/ { print "@@trueup-next@@"; next } { print length($0) }'`,
    );
    const names = Array.from({ length: 900 }, (_, index) => `${index}`.padStart(300, 'x'));

    const answers = await changingVirsh(ENGINE).ask(
      names.map((name) => ['dumpxml', name]),
      new AbortController().signal,
    );

    expect(answers.map(({ stdout }) => stdout.trim())).toEqual(names.map(() => '308'));
  });

  it('carries out all that it was told, also where trueup is killed in the middle of it', async () => {
    const folder = await pretend(HELD);
    const file = import.meta.resolve('../../../../../src/drivers/libvirt/virsh/virsh.ts');
    const asking = `import { changingVirsh } from '${file}';
      await changingVirsh(${JSON.stringify(ENGINE)}).ask([['list']], new AbortController().signal);`;
    const trueup = spawn(process.execPath, ['--input-type=module', '--eval', asking], {
      env: { ...process.env, TRUEUP_TEST_AT: folder },
    });
    const at = (name: string) => (): boolean => existsSync(join(folder, name));
    await eventually(at('begun'), 'virsh to be called');

    trueup.kill('SIGKILL');
    await once(trueup, 'close');
    await writeFile(join(folder, 'go-on'), '');

    await eventually(at('done'), 'virsh to get to its end', 20_000);
  });

  it('that is to be left goes on to its end where trueup is interrupted, and does not keep it from ending', async () => {
    const folder = await pretend(HELD);
    const file = import.meta.resolve('../../../../../src/drivers/libvirt/virsh/virsh.ts');
    const asking = `import { existsSync } from 'node:fs';
      import { changingVirsh } from '${file}';
      const stop = new AbortController();
      setInterval(() => { if (existsSync('${folder}/begun')) stop.abort(new Error('interrupted')); }, 20).unref();
      await changingVirsh(${JSON.stringify(ENGINE)}).ask([['list']], stop.signal, 60_000, 'left').catch(console.log);`;
    const trueup = spawn(process.execPath, ['--input-type=module', '--eval', asking], {
      env: { ...process.env, TRUEUP_TEST_AT: folder },
    });
    const said = text(trueup.stdout);
    await once(trueup, 'close');
    expect(await said).toContain('interrupted');
    expect(existsSync(join(folder, 'done'))).toBe(false);

    await writeFile(join(folder, 'go-on'), '');

    await eventually(() => existsSync(join(folder, 'done')), 'virsh to get to its end', 20_000);
  });

  it('that is to be left is given up in time, and not ended', async () => {
    const folder = await pretend(HELD);
    vi.stubEnv('TRUEUP_TEST_AT', folder);
    const { signal } = new AbortController();

    await expect(changingVirsh(ENGINE).ask([['list']], signal, 200, 'left')).rejects.toMatchObject({
      message: expect.stringContaining('no answer within 0.2 s') as string,
    });
    await writeFile(join(folder, 'go-on'), '');

    await eventually(() => existsSync(join(folder, 'done')), 'virsh to get to its end', 20_000);
  });

  it('that lacks a library says which, and not that there is none', async () => {
    await pretend('echo "virsh: error while loading shared libraries: libvirt.so.0: cannot open" >&2; exit 127');

    await expect(ask()).rejects.toMatchObject({
      code: 'engine_unreachable',
      message: expect.stringContaining('libvirt.so.0') as string,
    });
  });

  it('that prints nonsense is no answer', async () => {
    await pretend('echo hello; exit 3');

    await expect(ask()).rejects.toMatchObject({ code: 'engine_unreachable' });
  });
});

describe('a libvirt', () => {
  const capabilities = recordedText('capabilities.xml');

  function facts(version: string): Promise<unknown> {
    const stdout = [version, capabilities, ''];
    const answers = stdout.map((text) => ({ stdout: text, stderr: '' }));
    const virsh = { engine: { ...ENGINE, isLocal: false }, ask: () => Promise.resolve(answers.slice(0, 2)) };
    return askFacts(virsh, new AbortController().signal);
  }

  it.each([
    ['Using library: libvirt 6.10.0\nRunning against daemon: 9.0.0', 'virsh 6.10.0 is too old'],
    ['Using library: libvirt 9.0.0\nRunning against daemon: 8.0.0', 'libvirt 8.0.0 is too old'],
  ])('of %j is refused at either end', async (version, message) => {
    await expect(facts(version)).rejects.toMatchObject({
      code: 'engine_unreachable',
      message: expect.stringContaining(message) as string,
    });
  });

  it('that answers to nothing is not waited for as one that still tries what it can run', async () => {
    vi.useFakeTimers();
    const begun: string[] = [];
    const unheard = (deaf: boolean) => (commands: readonly (readonly string[])[], signal: AbortSignal) => {
      const [[name = ''] = []] = commands;
      begun.push(name);
      if (name === 'hostname' && !deaf) return Promise.resolve([{ stdout: 'lab', stderr: '' }]);
      if (name === 'hostname') return Promise.reject(new Error('no answer within 5 s'));
      return new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(asError(signal.reason))));
    };
    const { signal } = new AbortController();
    const told: string[] = [];
    const asking = [true, false].map((deaf) =>
      askFacts({ engine: ENGINE, ask: unheard(deaf) }, signal).catch((error: unknown) =>
        told.push(`${deaf} ${String(error)}`),
      ),
    );

    await vi.advanceTimersByTimeAsync(21_000);

    vi.useRealTimers();
    expect(asking).toHaveLength(2);
    expect(told).toEqual([expect.stringMatching(/^true .*no answer within 18 s/)]);
    expect(begun.filter((name) => name === 'hostname')).toHaveLength(2);
  });

  it('of 10 is newer than one of 9', async () => {
    await expect(facts('Using library: libvirt 10.1.0\nRunning against daemon: 10.1.0')).resolves.toMatchObject({
      version: '10.1.0',
    });
  });
});

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
