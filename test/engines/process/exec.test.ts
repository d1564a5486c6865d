import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExecResult } from '../../../src/drivers/reach.ts';
import { eventually, kill, NO_SIGNAL, pidOf, processesWith, script, serviceConfig, TestEngine } from './support.ts';

let engine: TestEngine;
beforeEach(() => {
  engine = new TestEngine();
});
afterEach(() => engine.end());

const OBJECT = { type: 'service', name: 'shop-web-1' } as const;

function exec(command: readonly string[], parts = {}, signal = NO_SIGNAL, maxOutput?: number): Promise<ExecResult> {
  const { vault } = engine.context();
  const config = serviceConfig({ cwd: engine.scratch, ...parts });
  return engine.actuator.exec(OBJECT, config, command, {
    signal,
    vault,
    ...(maxOutput !== undefined && { maxOutput }),
  });
}

describe('exec', () => {
  it('says where the folder that it is to run in is gone, and not that a program is', async () => {
    await engine.up({});
    const gone = join(engine.scratch, 'gone');

    const result = await exec(script('true'), { cwd: gone });

    expect(result.exit_code).toBe(126);
    expect(result.output).toContain(`the folder ${gone}, in which it is to run, is not there`);
    expect(result.output).not.toContain('ENOENT');
  });

  it('runs with the environment, the volumes, the secrets and the folder of the service', async () => {
    const volumes = { data: { type: 'volume', volume: 'data' } };
    await engine.up({ volumes }, 'shop-web-1', { data: { name: 'shop_data', external: false } });

    const result = await exec(script('pwd; echo $A $TOKEN $TRUEUP_VOLUME_DATA; echo err >&2; exit 5'), {
      variables: { A: 'declared', TOKEN: { $secret: 'abc' } },
    });

    const folder = join(engine.root, 'volumes', 'shop_data', 'data');
    expect(result).toEqual({
      exit_code: 5,
      output: `${engine.scratch}\ndeclared hunter2-very-secret ${folder}\nerr\n`,
    });
  });

  it('says 127 of a command that is not there, 126 of one that cannot be run, and 128 + n of one that was killed', async () => {
    await engine.up();

    expect((await exec(['no-such-program'])).exit_code).toBe(127);
    expect((await exec(['/etc/passwd'])).exit_code).toBe(126);
    expect((await exec(script('kill -9 $$'))).exit_code).toBe(137);
  });

  it('is refused for what does not run', async () => {
    await engine.run('create', { name: 'shop-web-1', config: serviceConfig(), volumes: {} });
    await expect(exec(['true'])).rejects.toMatchObject({ code: 'not_running' });

    await engine.run('start', { name: 'shop-web-1' });
    kill(pidOf(await engine.look()), 'SIGSTOP');
    await engine.reach('paused');
    await expect(exec(['true'])).rejects.toMatchObject({ message: 'service shop-web-1 is not running: it is paused' });
  });

  it('cuts output from the front', async () => {
    await engine.up();

    const { output } = await exec(script('seq 1 100000'), {}, NO_SIGNAL, 100);

    expect(Buffer.byteLength(output)).toBe(100);
    expect(output.endsWith('99999\n100000\n')).toBe(true);
  });

  it('is ended with all its children when nobody waits any more', async () => {
    await engine.up();
    const controller = new AbortController();
    const running = exec(script('sleep 617 & sleep 617'), {}, controller.signal);
    const sleepers = (): readonly number[] =>
      processesWith((environment) => environment.includes('PWD=' + engine.scratch));
    await eventually(() => sleepers().length >= 3, 'the children');

    controller.abort(new Error('enough'));

    await expect(running).rejects.toThrow('enough');
    await eventually(() => sleepers().length === 0, 'their end');
  });

  it('does not wait for what the command leaves in the background', async () => {
    await engine.up();

    const result = await exec(script('sleep 600 & echo done'));

    expect(result).toEqual({ exit_code: 0, output: 'done\n' });
    await engine.remove();
    expect(engine.leftovers()).toEqual([]);
  });
});

describe('connect', () => {
  async function exchange(target: { readonly port: number } | { readonly path: string }): Promise<string> {
    const stream: Duplex = await engine.actuator.connect(OBJECT, target, NO_SIGNAL);
    return text(stream);
  }

  it.each(['127.0.0.1', '::1'])('reaches a port on %s', async (host) => {
    const server = createServer((socket) => socket.end('hello')).listen(0, host);
    await once(server, 'listening');
    const address = server.address();

    const answer = await exchange({ port: typeof address === 'object' && address !== null ? address.port : 0 });

    server.close();
    expect(answer).toBe('hello');
  });

  it('reaches a socket path relative to the folder of the service', async () => {
    await engine.run('create', { name: 'shop-web-1', config: serviceConfig({ cwd: engine.scratch }), volumes: {} });
    const server = createServer((socket) => socket.end('hello')).listen(join(engine.scratch, 's.sock'));
    await once(server, 'listening');

    expect(await exchange({ path: 's.sock' })).toBe('hello');

    server.close();
  });

  it('is refused where nobody listens', async () => {
    await expect(exchange({ port: 1 })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(engine.actuator.connect(OBJECT, { port: 1 }, AbortSignal.abort())).rejects.toThrow('aborted');
  });
});
