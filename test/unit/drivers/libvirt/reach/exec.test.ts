import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { execInMachine } from '../../../../../src/drivers/libvirt/reach/exec.ts';
import { isForwardAnswered } from '../../../../../src/drivers/libvirt/reach/forwards.ts';
import { connectInto } from '../../../../../src/drivers/libvirt/reach/connect.ts';
import { canLogIn } from '../../../../../src/drivers/libvirt/reach/ssh.ts';
import { Tunnels } from '../../../../../src/drivers/libvirt/reach/tunnel.ts';
import type { Virsh } from '../../../../../src/drivers/libvirt/virsh/virsh.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';

const VAULT = { reveal: () => '', mask: (text: string) => text };

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-test-'));
  // An ssh that goes nowhere: it writes down its words, and hands the last of them to a shell.
  const script = `#!/bin/sh\nprintf '%s\\n' "$@" >'${folder}/words'\nfor word; do last=$word; done\nexec sh -c "$last"\n`;
  await writeFile(join(folder, 'ssh'), script);
  await chmod(join(folder, 'ssh'), 0o755);
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** A libvirt on which whatever is asked for runs. */
function virshAt(uri: string, answer = 'running (booted)'): Virsh {
  const engine = { name: 'host', uri, pool: 'default', isLocal: uri === 'qemu:///system' };
  return { engine, ask: (commands) => Promise.resolve(commands.map(() => ({ stdout: answer, stderr: '' }))) };
}

function machine(hostIp: string, port: number): JsonObject {
  const forward = { host_ip: hostIp, host_port: port, guest_port: 22, protocol: 'tcp' };
  return { ready: { ssh: { user: 'root', key: null, port: 22 } }, port_forwards: { [port]: forward } };
}

describe('a command in a guest', () => {
  it('is not among the words of ssh, which everybody can read', async () => {
    const target = { virsh: virshAt('qemu:///system'), vm: 'demo-box', config: machine('127.0.0.1', 2222) };
    const options = { signal: new AbortController().signal, vault: VAULT, environment: { TOKEN: 'hush-2' } };

    const result = await execInMachine(target, ['sh', '-c', 'echo hush-1 $TOKEN'], options);

    expect(result).toEqual({ exit_code: 0, output: 'hush-1 hush-2\n' });
    expect(await readFile(join(folder, 'words'), 'utf8')).not.toContain('hush');
  });

  it('takes nothing along of what people have for all hosts', async () => {
    const target = { virsh: virshAt('qemu:///system'), vm: 'demo-box', config: machine('127.0.0.1', 2222) };

    await execInMachine(target, ['true'], { signal: new AbortController().signal, vault: VAULT });

    const words = (await readFile(join(folder, 'words'), 'utf8')).split('\n');
    expect(words).toEqual(expect.arrayContaining(['ControlMaster=no', 'ControlPath=none', 'ForwardAgent=no']));
  });
});

describe('a guest that is slow to exchange keys', () => {
  it('is given time where something is to be done in it, and tried again soon while it boots', async () => {
    const { signal } = new AbortController();
    const target = { virsh: virshAt('qemu:///system'), vm: 'demo-box', config: machine('127.0.0.1', 2222) };
    const waits = async (): Promise<string | undefined> =>
      (await readFile(join(folder, 'words'), 'utf8')).split('\n').find((word) => word.startsWith('ConnectTimeout'));

    await execInMachine(target, ['true'], { signal, vault: VAULT });
    expect(await waits()).toBe('ConnectTimeout=15');

    expect(await canLogIn({ ...target, signal })).toBeNull();
    expect(await waits()).toBe('ConnectTimeout=5');
  });
});

describe('a machine of another host, with a port that listens there alone', () => {
  const far = virshAt('qemu+ssh://lab.example/system');

  it('runs no command in whatever has that port here', async () => {
    const target = { virsh: far, vm: 'demo-box', config: machine('127.0.0.1', 2222) };

    const failing = execInMachine(target, ['true'], { signal: new AbortController().signal, vault: VAULT });

    await expect(failing).rejects.toThrow('from here');
  });

  it('is not reached, and not found ready, by whatever listens on that port here', async () => {
    let callers = 0;
    const server = createServer((socket) => {
      callers += 1;
      socket.end();
    });
    const listening = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', () => listening.resolve());
    await listening.promise;
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const config = machine('127.0.0.1', port);
    const { signal } = new AbortController();
    const forwards = `<domain xmlns:qemu="q"><qemu:commandline><qemu:arg value="-netdev"/><qemu:arg value="user,id=trueup-user,hostfwd=tcp:127.0.0.1:${port}-:22"/><qemu:arg value="-device"/><qemu:arg value="virtio-net-pci,netdev=trueup-user"/></qemu:commandline></domain>`;
    const virsh = virshAt('qemu+ssh://lab.example/system', forwards);
    const ways = { tunnels: new Tunnels(), config: null };

    const reason = await isForwardAnswered({ virsh: far, vm: 'demo-box', config, port: 22, signal });
    const connecting = connectInto({ virsh, vm: 'demo-box' }, { port: 22 }, ways, signal);

    await expect(connecting).rejects.toMatchObject({ code: 'step_failed' });
    expect({ reason, callers }).toEqual({ reason: `port ${port} listens on the other host alone`, callers: 0 });
    server.close();
  });
});
