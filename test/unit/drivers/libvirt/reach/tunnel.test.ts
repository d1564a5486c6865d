import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Tunnels } from '../../../../../src/drivers/libvirt/reach/tunnel.ts';
import { toldVirsh } from '../told-virsh.ts';

/** An ssh that goes nowhere: it listens where it is told to, once there is a file that says so, and counts its starts. */
const SSH = `#!${process.execPath}
const { appendFileSync, existsSync } = require('node:fs');
const { createServer } = require('node:net');
appendFileSync(process.env.SSH_FOLDER + '/starts', 'x');
const [path] = process.argv[process.argv.indexOf('-L') + 1].split(':');
const begin = () => {
  if (!existsSync(process.env.SSH_FOLDER + '/go')) return setTimeout(begin, 20);
  createServer((socket) => socket.pipe(socket)).listen(path, () => console.log('ready'));
};
begin();
process.stdin.on('end', () => process.exit()).resume();
`;

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-test-'));
  await writeFile(join(folder, 'ssh'), SSH);
  await chmod(join(folder, 'ssh'), 0o755);
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
  vi.stubEnv('SSH_FOLDER', folder);
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const { signal } = new AbortController();
const PLACE = { path: '/run/docker.sock' };

function target() {
  const forward = { host_ip: '127.0.0.1', host_port: 2222, guest_port: 22, protocol: 'tcp' };
  const config = { ready: { ssh: { user: 'root', key: null, port: 22 } }, port_forwards: { 2222: forward } };
  return { virsh: toldVirsh(), vm: 'demo-box', config, signal };
}

describe('ways into a guest', () => {
  it('are one for many streams, without a warning', async () => {
    const warnings: unknown[] = [];
    const warned = (warning: unknown): number => warnings.push(warning);
    process.on('warning', warned);
    await writeFile(join(folder, 'go'), '');
    const tunnels = new Tunnels();

    const streams = [];
    for (let count = 0; count < 20; count += 1) streams.push(await tunnels.connect(target(), PLACE, signal));

    for (const stream of streams) stream.destroy();
    await tunnels.close();
    process.off('warning', warned);
    expect({ starts: await readFile(join(folder, 'starts'), 'utf8'), warnings }).toEqual({ starts: 'x', warnings: [] });
  });

  it('stay open for one where another does not want to wait any more', async () => {
    const tunnels = new Tunnels();
    const first = new AbortController();
    const impatient = tunnels.connect(target(), PLACE, first.signal);
    const patient = tunnels.connect(target(), PLACE, signal);

    first.abort(new Error('enough'));

    await expect(impatient).rejects.toThrow('enough');
    await writeFile(join(folder, 'go'), '');
    (await patient).destroy();
    await tunnels.close();
  });

  it('are not waited for by who has called off before', async () => {
    const tunnels = new Tunnels();
    const called = new AbortController();
    called.abort(new Error('enough'));

    await expect(tunnels.connect(target(), PLACE, called.signal)).rejects.toThrow('enough');
    await tunnels.close();
  });

  it('close also while they open', async () => {
    const tunnels = new Tunnels();
    const failing = expect(tunnels.connect(target(), PLACE, signal)).rejects.toThrow();

    await tunnels.close();

    await failing;
  });
});
