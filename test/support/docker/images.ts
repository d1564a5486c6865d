/** Images for tests, made from busybox-static: there is no registry to pull from. */
import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { EngineCalls } from './engine-calls.ts';
import type { EngineKind } from './kinds.ts';

/** Nothing but a file system and a command. */
export const PLAIN_IMAGE = 'busybox:1';

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const SECOND_NS = 1_000_000_000;

/** By reference, with what each has beyond the plain one, as the engine's API says it. */
const DERIVED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'busybox:2': { Cmd: ['sh'], Env: [PATH], Labels: { generation: '2' } },
  /** All that a container can have from its image. */
  'furnished:1': {
    Entrypoint: ['/bin/busybox', 'env', 'FROM_ENTRYPOINT=1'],
    Cmd: ['sleep', '10000'],
    Env: [PATH, 'COLOUR=blue', 'SHAPE=round'],
    User: 'nobody',
    WorkingDir: '/var/work',
    Healthcheck: { Test: ['CMD', 'true'], Interval: SECOND_NS, Timeout: 60 * SECOND_NS, Retries: 2 },
    Volumes: { '/var/work/data': {}, '/var/cache': {} },
    ExposedPorts: { '8080/tcp': {} },
    Labels: { maker: 'tests', team: 'image' },
    StopSignal: 'SIGKILL',
  },
};

/** Makes all of them. `folder` is the caller's to remove. */
export async function makeImages(engine: EngineCalls, kind: EngineKind, folder: string): Promise<void> {
  // Podman takes a name without a registry for one of its own, and looks for it at Docker's all the same.
  const registry = kind === 'podman' ? 'docker.io/library/' : '';
  await importImage(engine, registry, await makeRootFileSystem(folder));
  const base = await engine.post<{ readonly Id: string }>('/containers/create', { Image: PLAIN_IMAGE, Cmd: ['sh'] });
  for (const [reference, config] of Object.entries(DERIVED))
    await commit(engine, base.Id, `${registry}${reference}`, config);
  await engine.delete(`/containers/${base.Id}`);
}

/** An image of its own from a container, with its configuration given whole. */
async function commit(engine: EngineCalls, container: string, reference: string, config: object): Promise<void> {
  const [repo = '', tag = ''] = reference.split(':');
  await engine.post(`/commit?${new URLSearchParams({ container, repo, tag, pause: '0' }).toString()}`, config);
}

/** Podman names what it imports `latest`, whatever it is told. */
async function importImage(engine: EngineCalls, registry: string, tar: string): Promise<void> {
  const [name = '', tag = ''] = PLAIN_IMAGE.split(':');
  const repo = `${registry}${name}`;
  const query = new URLSearchParams([
    ...Object.entries({ fromSrc: '-', repo }),
    ['changes', 'CMD ["sh"]'],
    ['changes', `ENV ${PATH}`],
  ]);
  const { status, body } = await engine.call('POST', `/images/create?${query.toString()}`, {
    stream: createReadStream(tar),
    type: 'application/x-tar',
  });
  // The status comes before the work is done; what went wrong then stands in the messages.
  if (status !== 200 || body.includes('"error"')) throw new Error(`${PLAIN_IMAGE} cannot be imported: ${body}`);
  await engine.post(`/images/${repo}:latest/tag?${new URLSearchParams({ repo, tag }).toString()}`);
  await engine.delete(`/images/${repo}:latest?noprune=1`);
}

/** A tar of a root file system with a shell and all that goes with it. */
async function makeRootFileSystem(folder: string): Promise<string> {
  const run = promisify(execFile);
  const root = join(folder, 'root');
  for (const name of ['bin', 'etc', 'tmp', 'root', 'var/work/data', 'var/cache']) {
    await mkdir(join(root, name), { recursive: true });
  }
  const { stdout: found } = await run('sh', ['-c', 'command -v busybox']);
  const { stdout: applets } = await run('busybox', ['--list']);
  await copyFile(found.trim(), join(root, 'bin/busybox'));
  for (const applet of applets.split('\n')) {
    if (applet !== '' && applet !== 'busybox') await symlink('busybox', join(root, 'bin', applet));
  }
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n');
  await writeFile(join(root, 'etc/group'), 'root:x:0:\nnobody:x:65534:\n');
  const tar = join(folder, 'root.tar');
  await run('tar', ['-C', root, '--owner=0', '--group=0', '-cf', tar, '.']);
  return tar;
}
