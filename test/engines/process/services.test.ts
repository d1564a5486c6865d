import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  eventually,
  isAlive,
  kill,
  NO_SIGNAL,
  pidOf,
  readProc,
  SCOPE,
  serviceConfig,
  script,
  TestEngine,
} from './support.ts';

let engine: TestEngine;
beforeEach(() => {
  engine = new TestEngine();
});
afterEach(() => engine.end());

describe('a service', () => {
  it('is created with what it is configured as, and runs nothing yet', async () => {
    await engine.run('create', {
      name: 'shop-web-1',
      config: serviceConfig({ labels: { team: 'core' } }),
      volumes: {},
    });

    const object = await engine.look();
    expect(object.status).toMatchObject({ run_state: 'created', incarnation: null, health: 'none' });
    expect(object.configured).toEqual({ ...serviceConfig({ labels: { team: 'core' } }), run_state: 'created' });
    expect(object.ownership).toMatchObject({ owner: 'owner-1', environment: 'local', address: 'service.web' });
    expect(engine.leftovers()).toEqual([]);
  });

  it('is read back whole, however much it is configured with', async () => {
    const labels = { a: 'ä'.repeat(90_000), b: 'b'.repeat(90_000), c: 'c'.repeat(90_000) };
    await engine.run('create', { name: 'shop-web-1', config: serviceConfig({ labels }), volumes: {} });

    expect((await engine.look()).configured['labels']).toEqual(labels);
  });

  it('keeps its registry to its user', async () => {
    await engine.up();

    expect(statSync(engine.root).mode & 0o777).toBe(0o700);
    expect(statSync(join(engine.folder(), 'entry.json')).mode & 0o777).toBe(0o600);
  });

  it('runs its command in its folder, in a session of its own, and outlives the caller', async () => {
    const object = await engine.up({ command: ['sleep', '600'], cwd: engine.scratch });

    expect(object.status).toMatchObject({ run_state: 'running', restarts: 0 });
    expect(object.configured['run_state']).toBe('running');
    const pid = pidOf(object);
    await eventually(() => readProc(pid, 'cmdline').includes('sleep\u0000600'), 'the command');
    const stat = readProc(pid, 'stat').split(' ');
    expect(stat[5]).not.toBe(readProc(process.pid, 'stat').split(' ')[5]);
  });

  it('is started once, however often it is started', async () => {
    const first = await engine.up();

    const outcome = await engine.run('start', { name: 'shop-web-1' });

    expect(outcome).toMatchObject({ already_running: true, pid: pidOf(first) });
    expect((await engine.look()).status.incarnation).toBe(first.status.incarnation);
  });

  it('has a new incarnation after each start', async () => {
    const first = await engine.up();
    await engine.stop();
    await engine.run('start', { name: 'shop-web-1' });

    const second = await engine.look();

    expect(second.status.run_state).toBe('running');
    expect(second.status.incarnation).not.toBe(first.status.incarnation);
  });

  it('is started anew when what it runs with is not what its entry says', async () => {
    const first = await engine.up({ variables: { A: '1' } });
    await engine.run('update', { name: 'shop-web-1', config: serviceConfig({ variables: { A: '2' } }), volumes: {} });

    await engine.run('start', { name: 'shop-web-1' });

    const second = await engine.look();
    expect(isAlive(pidOf(first))).toBe(false);
    await eventually(() => readProc(pidOf(second), 'environ').includes('A=2\0'), 'the new environment');
  });

  it('is updated in place without a restart', async () => {
    const first = await engine.up();
    const config = serviceConfig({ labels: { team: 'core' }, restart: 'always' });

    await engine.run('update', { name: 'shop-web-1', config, volumes: {} });

    const second = await engine.look();
    expect(second.configured['labels']).toEqual({ team: 'core' });
    expect(second.id).toBe(first.id);
    expect(pidOf(second)).toBe(pidOf(first));
    // The running shim reads the new policy: a killed command comes back.
    kill(pidOf(second));
    const third = await eventually(async () => {
      const object = await engine.look();
      return object.status.restarts === 1 && object.status.run_state === 'running' ? object : null;
    }, 'a restart by policy');
    expect(pidOf(third)).not.toBe(pidOf(first));
  });

  it('is removed with its processes, and removing it again succeeds', async () => {
    const object = await engine.up();

    await engine.remove();
    await engine.remove();

    expect(isAlive(pidOf(object))).toBe(false);
    expect(await engine.objects()).toEqual([]);
    expect(existsSync(engine.folder())).toBe(false);
  });

  it('shows the end of its command: status 0 is completed, any other failed', async () => {
    await engine.up({ command: ['true'] }, 'shop-migrate-1');
    await engine.up({ command: script('exit 3') }, 'shop-broken-1');

    const completed = await engine.reach('completed', 'shop-migrate-1');
    const failed = await engine.reach('failed', 'shop-broken-1');

    expect(completed.status).toMatchObject({ exit_code: 0, reason: 'exited with status 0' });
    expect(completed.configured['run_state']).toBe('completed');
    expect(failed.status).toMatchObject({ exit_code: 3, reason: 'exited with status 3' });
  });

  it('is paused while its process is stopped by a signal, and resumed', async () => {
    const object = await engine.up();
    kill(pidOf(object), 'SIGSTOP');

    const paused = await engine.reach('paused');
    expect(paused.configured['run_state']).toBe('paused');

    await engine.run('resume', { name: 'shop-web-1' });
    expect(await engine.look()).toMatchObject({ status: { run_state: 'running' } });
    expect(pidOf(await engine.look())).toBe(pidOf(object));
    await engine.run('resume', { name: 'shop-web-1' });
  });

  it('goes on when it is started while its whole group is paused', async () => {
    const object = await engine.up();
    const group = Number(readProc(pidOf(object), 'stat').split(' ')[4]);
    process.kill(-group, 'SIGSTOP');
    await engine.reach('paused');

    await engine.run('start', { name: 'shop-web-1' });

    expect(pidOf(await engine.reach('running'))).toBe(pidOf(object));
  });

  it('is told of new content by a signal to its main process', async () => {
    await engine.up({ command: script('trap "echo reloaded" HUP; echo ready; while :; do sleep 0.05; done') });
    await eventually(() => engine.log().includes('ready'), 'the trap');

    const outcome = await engine.run('signal', { name: 'shop-web-1', signal: 'SIGHUP' });

    expect(outcome).toEqual({ signalled: true });
    await eventually(() => engine.log().includes('reloaded'), 'the signal');
    expect(await engine.state()).toBe('running');
  });

  it('rotates a log of more than 10 MiB at its next start', async () => {
    await engine.up({ command: script('echo new; exec sleep 600') });
    await engine.stop();
    writeFileSync(join(engine.folder(), 'log'), 'x'.repeat(11 * 1024 * 1024));

    await engine.run('start', { name: 'shop-web-1' });

    await eventually(() => engine.log() === 'new\n', 'a fresh log');
    expect(statSync(join(engine.folder(), 'log.1')).size).toBe(11 * 1024 * 1024);
  });
});

describe('the environment of a service', () => {
  it('is a small base, what is declared, and the marker, and nothing else', async () => {
    process.env['TRUEUP_TEST_LEAK'] = 'leaked';
    const variables = {
      PLAIN: 'a b',
      QUOTED: `it's "$HOME"\n\`x\``,
      'dotted.name': 'd=1',
      UID: '77',
      IFS: ':',
      EMPTY: '',
    };
    await engine.up({ command: ['env', '-0'], cwd: engine.scratch, variables });
    delete process.env['TRUEUP_TEST_LEAK'];
    await engine.reach('completed');

    const named = Object.fromEntries(
      engine
        .log()
        .split('\0')
        .slice(0, -1)
        .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
    );

    expect(named).toMatchObject({ ...variables, PATH: process.env['PATH'], PWD: engine.scratch });
    const base = /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|TZ|TMPDIR|LC_.*|XDG_.*|PWD|_|TRUEUP_INSTANCE)$/;
    expect(Object.keys(named).filter((name) => !Object.hasOwn(variables, name) && !base.test(name))).toEqual([]);
  });

  it('holds the folder of each volume, which is there before the command', async () => {
    const volumes = { 'my-data': { type: 'volume', volume: 'my-data', container_path: null, mode: 'rw' } };
    const used = { 'my-data': { name: 'shop_my-data', external: false } };

    await engine.up({ command: script('ls -d "$TRUEUP_VOLUME_MY_DATA"; exec sleep 600'), volumes }, 'shop-web-1', used);

    const folder = join(engine.root, 'volumes', 'shop_my-data', 'data');
    await eventually(() => engine.log() === `${folder}\n`, 'the folder');
  });
});

describe('a start that cannot work', () => {
  it('says that the command does not exist, and on which PATH', async () => {
    await expect(
      engine.up({ command: ['no-such-program'], variables: { PATH: '/nowhere:/bin' } }),
    ).rejects.toMatchObject({
      code: 'command_not_found',
      message: 'the command of shop-web-1 does not exist: "no-such-program" on PATH /nowhere:/bin',
    });
    expect(await engine.state()).toBe('created');
  });

  it('says that the working directory does not exist', async () => {
    await expect(engine.up({ cwd: '/no/such/folder' })).rejects.toMatchObject({
      code: 'step_failed',
      message: 'the working directory of shop-web-1 does not exist: /no/such/folder',
    });
  });

  it('takes a relative program from the working directory', async () => {
    writeFileSync(join(engine.scratch, 'serve'), '#!/bin/sh\necho served; exec sleep 600\n', { mode: 0o755 });

    await engine.up({ command: ['./serve'], cwd: engine.scratch });

    await eventually(() => engine.log() === 'served\n', 'the program');
  });

  it('refuses to start what was never created', async () => {
    await expect(engine.run('start', { name: 'shop-ghost-1' })).rejects.toMatchObject({ code: 'object_missing' });
  });

  it('refuses an external volume that is not there', async () => {
    const volumes = { data: { type: 'volume', volume: 'data' } };

    await expect(
      engine.up({ volumes }, 'shop-web-1', { data: { name: 'elsewhere', external: true } }),
    ).rejects.toMatchObject({
      code: 'object_missing',
      message: 'external volume elsewhere of shop-web-1 does not exist',
    });
  });
});

describe('a name', () => {
  it('that belongs to another owner is refused, and seen by who asks for it', async () => {
    await engine.up();
    const other = { ...SCOPE, owners: ['owner-2'] };

    expect(await engine.objects(other)).toEqual([]);
    const named = await engine.objects({ ...other, names: { service: ['shop-web-1'] } });
    expect(named[0]?.ownership).toMatchObject({ owner: 'owner-1', checkout: '/repo' });
    const step = {
      id: 'x',
      address: 'service.web',
      changed: 'service.web',
      engine: 'process',
      name: 'shop-web-1',
      phase: 'prepare',
      verb: 'create',
      cause: '',
    } as const;
    const args = { name: 'shop-web-1', config: serviceConfig(), volumes: {} };
    const ownership = { ...engine.context().ownership, owner: 'owner-2' };
    const context = { ...engine.context(), owners: ['owner-2'], ownership };
    await expect(engine.actuator.run({ ...step, args, depends_on: [] }, context)).rejects.toMatchObject({
      code: 'name_in_use',
      message: 'the service shop-web-1 belongs to local/service.web of /repo',
    });
  });

  it('of another resource of ours is refused, too', async () => {
    await engine.up();

    const args = { name: 'shop-web-1', config: serviceConfig(), volumes: {} };
    await expect(engine.run('create', args, 'service.other')).rejects.toMatchObject({ code: 'name_in_use' });
  });

  it('that leads out of the registry is refused', async () => {
    await expect(engine.run('stop', { name: '../../etc' })).rejects.toMatchObject({ code: 'step_failed' });
  });
});

describe('the registry', () => {
  it('is known and empty where it does not exist, and is not made by looking', async () => {
    expect(await engine.objects()).toEqual([]);
    expect(existsSync(engine.root)).toBe(false);
  });

  it('is unreachable where it cannot be read', async () => {
    mkdirSync(engine.root);
    writeFileSync(join(engine.root, 'services'), 'not a folder');

    const observation = await engine.observer.observe(SCOPE, NO_SIGNAL);

    expect(observation).toMatchObject({ status: 'unreachable', provided_by: null });
  });

  it('says so when it cannot be written', async () => {
    writeFileSync(engine.root, 'not a folder');

    await expect(engine.up()).rejects.toMatchObject({ code: 'state_unwritable' });
    expect(readFileSync(engine.root, 'utf8')).toBe('not a folder');
  });
});
