/** Over http, with git's own server behind a small one of ours; skipped by name where git has none. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { fetchRef } from '../../../src/git/fetch-ref.ts';
import type { RemoteAccess } from '../../../src/git/remote-access.ts';
import { eventually } from '../../support/eventually.ts';
import { accessTo, script, testRemote } from './remote-repo.ts';
import { containing, git, never, scratchFolder } from './scratch-repo.ts';

const BACKEND = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');
const PASSWORD = 's3cr3t/p@ss';

interface HttpRemote {
  /** With a place for credentials. */
  url(credentials?: string): string;
  readonly head: string;
  readonly requests: readonly string[];
}

/** Serves a repo to whoever gives this user and password; to everybody where there is none. */
async function httpRemote(password: string | null): Promise<HttpRemote> {
  const remote = testRemote();
  git(remote.folder, 'config', 'http.receivepack', 'false');
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    const expected = `Basic ${Buffer.from(`me:${password}`).toString('base64')}`;
    if (password === null || request.headers.authorization === expected)
      return answer(request, response, remote.folder);
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    return undefined;
  });
  const port = await listening(server);
  return {
    url: (credentials = '') => `http://${credentials}127.0.0.1:${port}/remote.git`,
    head: git(remote.work, 'rev-parse', 'HEAD'),
    requests,
  };
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** As a web server runs a CGI program. */
function answer(request: IncomingMessage, response: ServerResponse, folder: string): void {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const child = spawn(BACKEND, {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: dirname(folder),
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => {
    const whole = Buffer.concat(chunks);
    const end = whole.indexOf('\r\n\r\n');
    const lines = whole.toString('latin1', 0, end).split('\r\n');
    const status = lines.find((line) => line.startsWith('Status:'));
    const headers = lines.flatMap((line) => {
      const colon = line.indexOf(':');
      return line.startsWith('Status:') ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()] as const];
    });
    response.writeHead(Number(/\d+/.exec(status ?? '200')?.[0]), Object.fromEntries(headers));
    response.end(whole.subarray(end + 4));
  });
}

function fetched(access: RemoteAccess): ReturnType<typeof fetchRef> {
  return fetchRef(access, join(scratchFolder(), 'cache'), { kind: 'default' }, never);
}

async function failureText(access: RemoteAccess): Promise<string> {
  const error: unknown = await fetched(access).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('it was let in');
  return `${String(error)} ${JSON.stringify(error)} ${error.stack ?? ''}`;
}

describe.skipIf(!existsSync(BACKEND))('a remote over http', () => {
  it('is fetched, and asked for one ref alone when it has nothing new', async () => {
    const { url, head, requests } = await httpRemote(null);
    const cache = join(scratchFolder(), 'cache');

    expect((await fetchRef(accessTo(url()), cache, { kind: 'default' }, never)).commit).toBe(head);
    const before = requests.length;
    await fetchRef(accessTo(url()), cache, { kind: 'default' }, never);

    expect(requests.length - before).toBe(2);
  });

  it('lets in whoever has the credentials in the URL, which stand in no file of ours', async () => {
    const { url, head } = await httpRemote(PASSWORD);
    const cache = join(scratchFolder(), 'cache');
    const store = join(scratchFolder(), 'store');
    vi.stubEnv('GIT_CONFIG_GLOBAL', join(scratchFolder(), 'config'));
    git(
      dirname(store),
      'config',
      '--file',
      String(process.env['GIT_CONFIG_GLOBAL']),
      'credential.helper',
      `store --file=${store}`,
    );

    const access = accessTo(url(`me:${encodeURIComponent(PASSWORD)}@`));
    expect((await fetchRef(access, cache, { kind: 'default' }, never)).commit).toBe(head);

    expect(existsSync(store)).toBe(false);
    const files = readdirSync(cache, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const texts = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join();
    expect(texts).not.toContain('s3cr3t');
    expect(texts).toContain('127.0.0.1');
  });

  it("lets in whoever the user's own credential helper knows", async () => {
    const { url, head } = await httpRemote(PASSWORD);
    vi.stubEnv('GIT_CONFIG_COUNT', '1');
    vi.stubEnv('GIT_CONFIG_KEY_0', 'credential.helper');
    vi.stubEnv('GIT_CONFIG_VALUE_0', `!f() { echo username=me; echo "password=${PASSWORD}"; }; f`);

    expect((await fetched(accessTo(url()))).commit).toBe(head);
    expect((await fetched(accessTo(url('me@')))).commit).toBe(head);
  });

  it('asks nobody, and says that it lets nobody in without a word of what was tried', async () => {
    const { url } = await httpRemote(PASSWORD);

    await expect(fetched(accessTo(url()))).rejects.toMatchObject({ code: 'remote_denied', retryable: false });
    const said = await failureText(accessTo(url('me:wr0ngs3cr3t@')));
    expect(said).toContain('lets nobody in');
    expect(said).not.toContain('wr0ngs3cr3t');
  });

  it('that says things is quoted without what moves a terminal, and not believed', async () => {
    const words = `\u001b[2J\u001b]0;title\u0007fatal: couldn't find remote ref HEAD; bad object; Authentication failed`;
    const server = createServer((_, response) => {
      const line = (text: string): string => (text.length + 4).toString(16).padStart(4, '0') + text;
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
      response.end(`${line('# service=git-upload-pack\n')}0000${line(`ERR ${words}\n`)}0000`);
    });
    const port = await listening(server);

    const error: unknown = await fetched(accessTo(`http://127.0.0.1:${port}/x.git`)).catch((reason: unknown) => reason);

    expect(error).toMatchObject({ message: containing('fatal: ') });
    expect(JSON.stringify([String(error), error])).not.toMatch(/\\u001b|\\u0007/);
  });

  it('that answers nothing is given up, with all that was started for it', async () => {
    const server = createTcpServer();
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/silent.git`;

    const outcome = fetched({
      ...accessTo(`http://me:${encodeURIComponent(PASSWORD)}@${url.slice(7)}`),
      limits: { silenceMs: 3_000, totalMs: 60_000, maxBytes: 64 * 1024 ** 2 },
    });
    outcome.catch(() => undefined);
    const running = await eventually(() => {
      const found = processesWith(url);
      return found.length > 0 && found;
    });
    expect(running.join()).not.toContain('s3cr3t');

    await expect(outcome).rejects.toMatchObject({
      code: 'remote_unreachable',
      retryable: true,
      message: containing('said nothing for 3 s'),
    });
    await eventually(() => processesWith(url).length === 0);
  });

  it('that is given up leaves nothing of what it sent so far', async () => {
    const server = createTcpServer();
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    const cache = join(scratchFolder(), 'cache');
    const remote = testRemote();
    const { commit } = await fetchRef(accessTo(remote.url), cache, { kind: 'default' }, never);
    const pack = join(cache, 'objects', 'pack');
    mkdirSync(pack, { recursive: true });
    writeFileSync(join(pack, 'tmp_pack_k1LLeD'), 'as git has it when it is ended on its way');
    const access = accessTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/silent.git`);
    const limits = { silenceMs: 1_000, totalMs: 60_000, maxBytes: 64 * 1024 ** 2 };

    const outcome = fetchRef({ ...access, limits }, cache, { kind: 'default' }, never);

    await expect(outcome).rejects.toMatchObject({ message: containing('said nothing') });
    expect(readdirSync(pack).filter((name) => name.startsWith('tmp_'))).toEqual([]);
    expect(git(cache, 'cat-file', '-t', commit)).toBe('commit');
  });

  it('that is stopped by its caller leaves nothing running', async () => {
    const server = createTcpServer();
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/stopped.git`;
    const caller = new AbortController();
    const reason = new Error('no longer wanted');

    const access = { ...accessTo(url), limits: { silenceMs: 300_000, totalMs: 300_000, maxBytes: 64 * 1024 ** 2 } };
    const outcome = fetchRef(access, join(scratchFolder(), 'cache'), { kind: 'default' }, caller.signal);
    outcome.catch(() => undefined);
    await eventually(() => processesWith(url).length > 0);
    caller.abort(reason);

    // Long before git would give up by itself.
    await eventually(() => processesWith(url).length === 0, 'its processes to end');
    await expect(outcome).rejects.toBe(reason);
  });
});

describe('a remote over ssh', () => {
  it("is reached by the user's own ssh, which may ask nothing and gives up in time", async () => {
    const folder = scratchFolder();
    const log = join(folder, 'log');
    const ssh = script(
      join(folder, 'ssh'),
      `printf '%s\\n' "$@" > '${log}'; echo 'git@example.com: Permission denied (publickey).' >&2; exit 255`,
    );
    vi.stubEnv('GIT_SSH_COMMAND', `${ssh} -i key`);

    await expect(fetched(accessTo('git@example.com:a.git'))).rejects.toMatchObject({
      code: 'remote_denied',
      message: containing('Permission denied (publickey)'),
    });
    const words = readFileSync(log, 'utf8').split('\n');
    expect(words).toEqual(
      expect.arrayContaining(['-i', 'key', '-oBatchMode=yes', '-oConnectTimeout=30', 'git@example.com']),
    );
  });

  it('is not reached where only https is allowed', async () => {
    const access: RemoteAccess = { ...accessTo('git@example.com:a.git'), transports: ['https'] };

    await expect(fetched(access)).rejects.toMatchObject({ code: 'transport_refused' });
  });
});

/** Command lines that hold a text, whatever user sees them. */
function processesWith(text: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return line.includes(text) ? [line] : [];
      } catch {
        return [];
      }
    });
}
