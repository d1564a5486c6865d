import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRegistered } from '../../../src/drivers/process/entry.ts';
import {
  eventually,
  isAlive,
  kill,
  killTogether,
  pidOf,
  readProc,
  SCOPE,
  script,
  serviceConfig,
  TestEngine,
} from './support.ts';

let engine: TestEngine;
beforeEach(() => {
  engine = new TestEngine();
});
afterEach(() => engine.end());

function shimOf(pid: number): number {
  return Number(readProc(pid, 'stat').split(' ')[3]);
}

function editState(edit: (line: string) => string): void {
  const file = join(engine.folder(), 'state');
  writeFileSync(file, edit(readFileSync(file, 'utf8')));
}

describe('what was killed', () => {
  it('is failed when its command was', async () => {
    kill(pidOf(await engine.up()));

    expect((await engine.reach('failed')).configured['run_state']).toBe('failed');
  });

  it('never looks ended before its end is known', async () => {
    const object = await engine.up({ command: script('trap "exit 0" TERM; echo ready; while :; do sleep 0.05; done') });
    await eventually(() => engine.log().includes('ready'), 'the trap');
    kill(pidOf(object), 'SIGTERM');

    const states = new Set<string | null>();
    await eventually(async () => {
      const state = await engine.state();
      states.add(state);
      return state === 'completed';
    }, 'the end');

    expect([...states]).not.toContain('failed');
  });

  it('is dead when its supervisor was and its command lives on; a start replaces both', async () => {
    const object = await engine.up({ command: script('sleep 600 & exec sleep 600') });
    kill(shimOf(pidOf(object)));

    const dead = await engine.reach('dead');
    expect(dead.status.reason).toBe(`its supervisor is gone, and its command still runs as process ${pidOf(object)}`);

    await engine.run('start', { name: 'shop-web-1' });
    const second = await engine.reach('running');
    expect(isAlive(pidOf(object))).toBe(false);
    expect(pidOf(second)).not.toBe(pidOf(object));
    await engine.remove();
    expect(engine.leftovers()).toEqual([]);
  });

  it('is failed when supervisor and command were killed together', async () => {
    const object = await engine.up();
    await killTogether([shimOf(pidOf(object)), pidOf(object)]);

    expect((await engine.reach('failed')).status).toMatchObject({
      exit_code: null,
      reason: 'it was killed together with its supervisor',
    });
  });

  it('leaves no child behind once it is started again', async () => {
    const object = await engine.up({ command: script('sleep 611 & sleep 612 & wait') });
    await eventually(() => engine.leftovers().length === 4, 'the children');
    await killTogether([shimOf(pidOf(object)), pidOf(object)]);
    await engine.reach('failed');
    const before = engine.leftovers();
    expect(before).toHaveLength(2);

    await engine.run('start', { name: 'shop-web-1' });

    expect(before.map(isAlive)).toEqual([false, false]);
  });
});

describe('a pid that is used again', () => {
  it('is nobody of ours: another start time', async () => {
    await engine.up();
    await engine.stop();
    rmSync(join(engine.folder(), 'stop'));
    using stranger = startStranger();
    editState((line) => {
      const forged = `${stranger.pid}:1`;
      return line
        .replace(/shim=\S+/, `shim=${forged}`)
        .replace(/main=\S+/, `main=${forged}`)
        .replace('phase=exited', 'phase=running');
    });

    expect((await engine.look()).status).toMatchObject({ run_state: 'failed', details: { pid: null } });
    await engine.stop();
    await engine.run('start', { name: 'shop-web-1' });
    await engine.remove();

    expect(isAlive(stranger.pid)).toBe(true);
  });

  it('is nobody of ours: another boot', async () => {
    const object = await engine.up();
    const stat = readProc(pidOf(object), 'stat');
    using stranger = startStranger();
    const start = readProc(stranger.pid, 'stat').split(' ')[21] ?? '';
    expect(stat).not.toBe('');
    await engine.stop();
    rmSync(join(engine.folder(), 'stop'));
    editState((line) => {
      const forged = `${stranger.pid}:${start}`;
      return line
        .replace(/boot=\S+/, 'boot=other-boot')
        .replace(/shim=\S+/, `shim=${forged}`)
        .replace(/main=\S+/, `main=${forged}`)
        .replace('phase=exited', 'phase=running');
    });

    const dead = await engine.look();
    expect(dead.status.run_state).toBe('dead');
    expect(dead.status.reason).toContain('earlier boot');
    await engine.run('start', { name: 'shop-web-1' });
    await engine.remove();

    expect(isAlive(stranger.pid)).toBe(true);
  });

  it('of another boot says nothing against what had ended before', async () => {
    await engine.up({ command: ['true'] });
    await engine.reach('completed');
    editState((line) => line.replace(/boot=\S+/, 'boot=other-boot'));

    expect(await engine.state()).toBe('completed');
  });
});

describe('a damaged registry', () => {
  it('still knows whose a half-written entry is, and an update repairs it', async () => {
    const object = await engine.up();
    writeFileSync(join(engine.folder(), 'entry.json'), '{"id": "x", "conf');

    const damaged = await engine.look();
    expect(damaged.ownership?.address).toBe('service.web');
    expect(damaged.configured).toEqual({ run_state: 'running' });
    expect(damaged.status.reason).toBe('its entry in the registry is damaged');

    await engine.stop();
    await engine.run('update', { name: 'shop-web-1', config: serviceConfig(), volumes: {} });
    await engine.run('start', { name: 'shop-web-1' });
    expect(await engine.state()).toBe('running');
    expect(isAlive(pidOf(object))).toBe(false);
  });

  it('takes a folder without entry and owner for nothing, and a create makes it whole', async () => {
    mkdirSync(engine.folder(), { recursive: true });
    writeFileSync(join(engine.folder(), 'entry.json'), '');

    expect(await engine.objects({ ...SCOPE, names: { service: ['shop-web-1'] } })).toEqual([]);

    expect((await engine.up()).status.run_state).toBe('running');
  });

  it('finds the processes of a service whose folder was deleted', async () => {
    const object = await engine.up();
    // The shim may still be writing its record there.
    rmSync(engine.folder(), { recursive: true, maxRetries: 20, retryDelay: 10 });

    const second = await engine.up();

    expect(isAlive(pidOf(object))).toBe(false);
    await eventually(() => engine.leftovers().length === 2, 'one shim and one command');
    expect(second.status.run_state).toBe('running');
  });

  it('starts anew where the record is damaged', async () => {
    const object = await engine.up();
    editState(() => 'v=1 id=');

    expect(await engine.state()).toBe('created');
    await engine.run('start', { name: 'shop-web-1' });

    expect(isAlive(pidOf(object))).toBe(false);
    expect(await engine.state()).toBe('running');
  });
});

describe('trueup killed in the middle', () => {
  it('leaves nothing that the next run does not bring in order, wherever it was killed', async () => {
    const worker = fileURLToPath(new URL('./churn.ts', import.meta.url));
    for (let round = 0; round < 40; round += 1) {
      const child = spawn(process.execPath, [worker, engine.root], { stdio: ['ignore', 'pipe', 'inherit'] });
      await new Promise((resolve) => child.stdout.once('data', resolve));
      await sleep(Math.random() * 60);
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('close', resolve));
      // What says of nobody whose it is would stay for ever where no manifest asks for its name again.
      const services = join(engine.root, 'services');
      for (const name of existsSync(services) ? readdirSync(services) : [])
        expect(readRegistered(engine.root, 'service', name)?.ownership.owner, name).toBe('owner-1');
      if (round % 2 === 0) {
        await engine.up();
        const { status } = await engine.look();
        expect(status.run_state).toBe('running');
        // The shim and its command, once the command has become what it is to be.
        await eventually(() => engine.leftovers().length === 2, 'one shim and one command');
      } else {
        await engine.remove();
        expect(engine.leftovers()).toEqual([]);
        expect(await engine.objects()).toEqual([]);
      }
    }
    await engine.remove();
    expect(engine.leftovers()).toEqual([]);
    expect(readdirSync(join(engine.root, 'services'))).toEqual([]);
  });
});

function startStranger(): { readonly pid: number; [Symbol.dispose](): void } {
  const child = spawn('sleep', ['600'], { stdio: 'ignore', detached: true });
  const { pid } = child;
  if (pid === undefined) throw new Error('no stranger');
  return { pid, [Symbol.dispose]: () => kill(pid) };
}
