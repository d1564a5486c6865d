import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimRoot, type RootClaim } from '../../../../src/serve/api/socket.ts';
import { socketPlaces } from '../../../../src/serve/api/socket-place.ts';

let scratch = '';

beforeEach(async () => {
  scratch = await mkdtemp('/tmp/trueup-test-');
  for (const folder of ['repo', 'run', 'run/trueup']) await mkdir(join(scratch, folder), { mode: 0o700 });
});

afterEach(() => rm(scratch, { recursive: true, force: true }));

function claim(root = join(scratch, 'repo')): Promise<RootClaim> {
  return claimRoot(root, { command: 'trueup serve', signal: new AbortController().signal, folder: folder() });
}

function folder(): string {
  return join(scratch, 'run', 'trueup');
}

async function greets(path: string): Promise<boolean> {
  const socket = createConnection(path);
  const [answer] = await Promise.race([once(socket, 'data'), once(socket, 'error').then(() => ['error'])]);
  socket.destroy();
  return String(answer) === 'hello';
}

test('a socket is found from the root alone, also through a symbolic link, and only its user may connect', async () => {
  await symlink(join(scratch, 'repo'), join(scratch, 'link'));
  await using claimed = await claim(join(scratch, 'link'));
  using server = closing(createServer((socket) => socket.end('hello')));
  await claimed.listen(server.server);

  const [place = ''] = socketPlaces(claimed.root, { XDG_RUNTIME_DIR: join(scratch, 'run') });

  expect(place).toBe(claimed.path);
  expect(await greets(place)).toBe(true);
  expect((await stat(place)).mode & 0o777).toBe(0o600);
  expect((await stat(folder())).mode & 0o777).toBe(0o700);
});

test('a second daemon on the same root is refused, and told who has it and since when', async () => {
  await using _claimed = await claim();

  const refused: unknown = await claim().catch((error: unknown) => error);

  expect(refused).toMatchObject({ code: 'already_served', fields: { pid: process.pid, command: 'trueup serve' } });
  expect(String(refused)).toMatch(new RegExp(`served by pid ${process.pid} \\(trueup serve, since \\d{4}-`));
});

test('two roots do not get into each other’s way, and a root that was given up can be claimed again', async () => {
  await mkdir(join(scratch, 'other'));
  await using one = await claim();
  await using other = await claim(join(scratch, 'other'));

  expect(one.path).not.toBe(other.path);
  await one[Symbol.asyncDispose]();

  await using again = await claim();
  expect(again.path).toBe(one.path);
});

test('the socket of a process that was killed is replaced', async () => {
  const path = join(folder(), (socketPlaces(join(scratch, 'repo'), { XDG_RUNTIME_DIR: scratch })[0] ?? '').slice(-27));
  const dead = spawn(process.execPath, [
    '-e',
    `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`,
  ]);
  await once(dead.stdout, 'data');
  dead.kill('SIGKILL');
  await once(dead, 'exit');
  expect(await readdir(folder())).toHaveLength(1);

  await using claimed = await claim();
  using server = closing(createServer((socket) => socket.end('hello')));
  await claimed.listen(server.server);

  expect(claimed.path).toBe(path);
  expect(await greets(path)).toBe(true);
});

test('nothing is left in the folder when the claim is given up', async () => {
  const claimed = await claim();
  using server = closing(createServer());
  await claimed.listen(server.server);
  server.server.close();

  await claimed[Symbol.asyncDispose]();

  expect((await readdir(folder())).filter((file) => file.endsWith('.sock'))).toEqual([]);
});

test('a folder that cannot be written is said with its path', async () => {
  await using claimed = await claim();
  await rm(folder(), { recursive: true });
  await writeFile(folder(), '');

  await expect(claimed.listen(createServer())).rejects.toMatchObject({ code: 'state_unwritable' });
  await rm(folder());
  await mkdir(folder());
});

function closing(server: ReturnType<typeof createServer>): Disposable & { readonly server: typeof server } {
  return { server, [Symbol.dispose]: () => void server.close() };
}
