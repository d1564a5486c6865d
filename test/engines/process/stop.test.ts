import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, isAlive, kill, pidOf, script, serviceConfig, TestEngine } from './support.ts';

let engine: TestEngine;
beforeEach(() => {
  engine = new TestEngine();
});
afterEach(() => engine.end());

const DEAF = 'trap "" TERM INT HUP; echo ready; while :; do sleep 0.05; done';

/** Aborted once the service is told to stop, in its grace. */
async function stopCutShort(): Promise<void> {
  const abort = new AbortController();
  const stopping = engine.run('stop', { name: 'shop-web-1' }, 'service.web', abort.signal);
  stopping.catch(() => undefined);
  await eventually(() => existsSync(join(engine.folder(), 'stop')), 'the request');
  abort.abort(new Error('enough'));
  await expect(stopping).rejects.toThrow('enough');
}

describe('stop', () => {
  it('sends the signal of the service and waits for it to end by itself', async () => {
    await engine.up({
      command: script('trap "echo bye; sleep 0.2; exit 7" USR1; echo ready; while :; do sleep 0.05; done'),
      stopSignal: 'SIGUSR1',
    });
    await eventually(() => engine.log().includes('ready'), 'the trap');

    const outcome = await engine.stop();

    expect(outcome).toEqual({ exit_code: 7 });
    expect(engine.log()).toContain('bye');
    expect(await engine.look()).toMatchObject({
      status: { run_state: 'stopped', exit_code: 7, reason: 'told to stop' },
      configured: { run_state: 'stopped' },
    });
    expect(engine.leftovers()).toEqual([]);
  });

  it('uses force on what ignores its signal, after its grace', async () => {
    await engine.up({ command: script(DEAF), grace: '300ms' });
    await eventually(() => engine.log().includes('ready'), 'the trap');
    const begun = performance.now();

    const outcome = await engine.stop();

    expect(performance.now() - begun).toBeGreaterThanOrEqual(300);
    expect(outcome).toEqual({ exit_code: 137 });
    expect(engine.leftovers()).toEqual([]);
  });

  it('succeeds for what is stopped, has ended, was never started, or is not there', async () => {
    await engine.up();
    await engine.stop();
    expect(await engine.stop()).toEqual({ already_stopped: true });

    await engine.up({ command: ['true'] }, 'shop-migrate-1');
    await engine.reach('completed', 'shop-migrate-1');
    await eventually(() => engine.leftovers().length === 0, 'the end of the shim');
    expect(await engine.stop('shop-migrate-1')).toEqual({ already_stopped: true });
    expect(await engine.state('shop-migrate-1')).toBe('stopped');

    expect(await engine.stop('shop-ghost-1')).toEqual({ already_stopped: true });
    expect(existsSync(engine.folder('shop-ghost-1'))).toBe(false);
  });

  it('ends children that ignore signals, also those whose parent has ended', async () => {
    await engine.up({ command: script(`(${DEAF}) & (${DEAF}) & wait`), grace: '300ms' });
    await eventually(() => engine.log() === 'ready\nready\n', 'the children');

    await engine.stop();

    expect(engine.leftovers()).toEqual([]);
  });

  it('finds descendants that left the session, even where they cleared their environment', async () => {
    const escape = `setsid sh -c 'echo $$ > escaped; ${DEAF}' & env -i setsid sh -c 'echo $$ > bare; ${DEAF}' &`;
    await engine.up({ command: script(`${escape} exec sleep 600`), cwd: engine.scratch, grace: '300ms' });
    const pids = await Promise.all(['escaped', 'bare'].map((name) => pidIn(join(engine.scratch, name))));

    await engine.stop();

    expect(pids.map(isAlive)).toEqual([false, false]);
    expect(engine.leftovers()).toEqual([]);
  });

  it('ends a daemon that its command left behind', async () => {
    await engine.up({
      command: script(`setsid sh -c 'echo $$ > daemon; exec sleep 600' & until [ -s daemon ]; do sleep 0.05; done`),
      cwd: engine.scratch,
    });
    const pid = await pidIn(join(engine.scratch, 'daemon'));
    await engine.reach('completed');
    expect(isAlive(pid)).toBe(true);

    await engine.stop();

    expect(isAlive(pid)).toBe(false);
  });

  it('stops what is paused by SIGSTOP, gracefully', async () => {
    const object = await engine.up({
      command: script('trap "echo bye; exit 0" TERM; echo ready; while :; do sleep 0.05; done'),
    });
    await eventually(() => engine.log().includes('ready'), 'the trap');
    kill(pidOf(object), 'SIGSTOP');
    await engine.reach('paused');

    expect(await engine.stop()).toEqual({ exit_code: 0 });
    expect(engine.log()).toContain('bye');
  });

  it('stops a group that is paused as a whole, shim and all', async () => {
    const object = await engine.up({ grace: '2s' });
    const group = Number(readFileSync(`/proc/${pidOf(object)}/stat`, 'latin1').split(' ')[4]);
    process.kill(-group, 'SIGSTOP');

    await engine.stop();

    expect(engine.leftovers()).toEqual([]);
    expect(await engine.state()).toBe('stopped');
  });

  it('can be cut short and done again', async () => {
    await engine.up({ command: script(DEAF), grace: '1h' });
    await eventually(() => engine.log().includes('ready'), 'the trap');

    await stopCutShort();
    const between = await engine.look();
    expect(between.status).toMatchObject({ run_state: 'running', reason: 'told to stop, and still running' });
    expect(between.configured['run_state']).toBe('stopping');

    kill(pidOf(between));
    await engine.stop();
    expect(await engine.state()).toBe('stopped');
  });

  it('is undone by a start, which ends what is still stopping', async () => {
    const first = await engine.up({ command: script(DEAF), grace: '1h' });
    await eventually(() => engine.log().includes('ready'), 'the trap');
    await stopCutShort();
    const config = serviceConfig({ command: script(DEAF), grace: '200ms' });
    await engine.run('update', { name: 'shop-web-1', config, volumes: {} });

    await engine.run('start', { name: 'shop-web-1' });

    const second = await engine.reach('running');
    expect(isAlive(pidOf(first))).toBe(false);
    expect(second.configured['run_state']).toBe('running');
  });

  it('with SIGKILL as its signal still records how the command ended', async () => {
    await engine.up({ command: script('echo ready; exec sleep 600'), stopSignal: 'SIGKILL' });
    await eventually(() => engine.log().includes('ready'), 'the command');

    expect(await engine.stop()).toEqual({ exit_code: 137 });
  });
});

async function pidIn(file: string): Promise<number> {
  return eventually(() => {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    return text.endsWith('\n') ? Number(text) : null;
  }, `a pid in ${file}`);
}
