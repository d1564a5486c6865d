/** A repo that declares a machine with a Docker Engine in it, and what is placed on that; with a libvirt of its own. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { type CliResult, type ScratchRepo, scratchRepo } from '../cli.ts';
import { freePort } from '../free-port.ts';
import { engineGuestImage } from './engine-guest.ts';
import { PrivateHost } from './private-host.ts';

const run = promisify(execFile);

const MANIFEST = 'environments/local/environment.yaml';
const USER = 'dev';

/** There is no registry: the image is made where it is needed, of what the guest has anyway. */
const MAKE_IMAGE = [
  'mkdir -p /tmp/image/bin && cd /tmp/image && cp /bin/busybox bin/ && bin/busybox --install bin',
  "tar -c . | docker import -c 'ENV PATH=/bin' - busybox:1",
];

export interface EngineInVmRepo extends ScratchRepo {
  readonly host: PrivateHost;
  /** As libvirt names it. */
  readonly machine: string;
  /** Declares what the service says in its volume when it begins, and commits. */
  declare(word: string): Promise<void>;
  /** Runs the command, which has to succeed. */
  done(args: readonly string[]): Promise<CliResult>;
  /** What the inner engine's own tool says, by ssh. */
  docker(...args: readonly string[]): Promise<string>;
}

export async function engineInVmRepo(): Promise<EngineInVmRepo> {
  await using opened = new AsyncDisposableStack();
  const image = await engineGuestImage();
  const host = opened.use(await PrivateHost.start());
  const port = await freePort();
  const repo = opened.use(await scratchRepo({ '.gitignore': '.trueup/\nreports/\n' }));
  const key = join(repo.scratch, 'key');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'guest', '-f', key]);
  const authorized = (await readFile(`${key}.pub`, 'utf8')).trim();
  const declare = async (word: string): Promise<void> => {
    await repo.write({ [MANIFEST]: manifest({ uri: host.uri, image, port, key, authorized, word }) });
    await repo.commit();
  };
  await declare('one');
  const closing = opened.move();
  return {
    ...repo,
    host,
    machine: 'inside-builder',
    declare,
    async done(args) {
      const result = await repo.trueup(args);
      expect(result, `${result.stdout}\n${result.stderr}`).toMatchObject({ status: 0 });
      return result;
    },
    async docker(...args) {
      const options = ['BatchMode=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'];
      const words = ['docker', ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
      const way = ['-i', key, '-p', String(port), ...options.flatMap((option) => ['-o', option]), `${USER}@127.0.0.1`];
      return (await run('ssh', [...way, words])).stdout.trim();
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

interface Declared {
  readonly uri: string;
  readonly image: string;
  readonly port: number;
  readonly key: string;
  readonly authorized: string;
  readonly word: string;
}

function manifest({ uri, image, port, key, authorized, word }: Declared): string {
  const userData = {
    users: [{ name: USER, groups: 'docker', shell: '/bin/sh', ssh_authorized_keys: [authorized] }],
    runcmd: MAKE_IMAGE,
  };
  return `name: local
type: local
project: inside
engines:
  host: { driver: libvirt, uri: "${uri}" }
  inner: { driver: docker, vm: builder }
vms:
  builder:
    engine: host
    accelerator: tcg
    cpus: 2
    memory: 1GiB
    image: ${image}
    port_forwards: ["${port}:22"]
    cloud_init:
      user_data: ${JSON.stringify(`#cloud-config\n${JSON.stringify(userData)}\n`)}
    ready: { cloud_init: true, ssh: { user: ${USER}, key: ${key} }, timeout: 20m }
    stop_grace_period: 3m
services:
  keeper:
    engine: inner
    container:
      image: busybox:1
      init: true
      command: [sh, -c, 'echo "this is ${word}"; echo ${word} >> /data/words; while :; do sleep 5; done']
      stop_grace_period: 1s
    storage: { volumes: ["data:/data"] }
    resource_limits: { memory_limit: 64MiB }
    health_check: { test: [CMD, grep, -q, ${word}, /data/words], interval: 10s, timeout: 10s }
volumes:
  data: {}
`;
}
