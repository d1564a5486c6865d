import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseJson } from '../../../../../src/model/json.ts';
import { loginFor } from '../../../../../src/drivers/docker/registry/credentials.ts';
import { parseImageReference } from '../../../../../src/drivers/docker/registry/image-reference.ts';
import type { Login } from '../../../../../src/drivers/docker/registry/login.ts';
import { eventually } from '../../../../support/eventually.ts';
import { existsSync } from 'node:fs';

const HUB = 'https://index.docker.io/v1/';

let home = '';

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'trueup-login-'));
});

afterEach(() => rm(home, { recursive: true, force: true }));

function encoded(text: string): string {
  return Buffer.from(text).toString('base64');
}

async function write(path: string, value: unknown): Promise<void> {
  const file = join(home, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof value === 'string' ? value : JSON.stringify(value));
}

/** A credential helper that is a shell script; `$server` holds what it was asked for. */
async function writeHelper(name: string, script: string): Promise<void> {
  await mkdir(join(home, 'bin'), { recursive: true });
  const text = `#!/bin/sh\nPATH=/usr/bin:/bin\nread -r server\n[ "$1" = get ] || exit 9\n${script}\n`;
  await writeFile(join(home, 'bin', `docker-credential-${name}`), text, { mode: 0o755 });
}

async function login(reference: string, environment: NodeJS.ProcessEnv = {}): Promise<Login> {
  const image = parseImageReference(reference);
  if (image?.kind !== 'named') throw new Error(`${reference} is no name`);
  const signal = new AbortController().signal;
  return loginFor(image, { environment: { HOME: home, PATH: join(home, 'bin'), ...environment }, signal });
}

/** Engines take the header for none, without a word, where it is not filled up to a multiple of four. */
function headerOf({ header }: Login): unknown {
  expect((header ?? '').length % 4).toBe(0);
  return header === null ? null : parseJson(Buffer.from(header, 'base64url').toString());
}

describe('the login for a registry', () => {
  it('is none where nothing is kept, and that is no problem', async () => {
    expect(await login('busybox')).toEqual({ header: null, secrets: [], problem: null });
  });

  it.each([
    ['the text that docker login writes', { auth: encoded('me:pass:word') }, { username: 'me', password: 'pass:word' }],
    ['a text padded with zeros', { auth: encoded('me:secret\0\0') }, { username: 'me', password: 'secret' }],
    ['a name and a password', { username: 'me', password: 'secret' }, { username: 'me', password: 'secret' }],
    ['an identity token', { auth: encoded('x:y'), identitytoken: 'idt' }, { identitytoken: 'idt' }],
    ['a registry token', { registrytoken: 'rgt' }, { registrytoken: 'rgt' }],
  ])('is read from %s', async (_what, entry, credentials) => {
    await write('.docker/config.json', { auths: { 'ghcr.io': entry } });

    const found = await login('ghcr.io/acme/shop:1');

    expect(headerOf(found)).toEqual({ ...credentials, serveraddress: 'ghcr.io' });
    expect(found.problem).toBeNull();
  });

  it.each([{}, { auth: '' }, { auth: encoded('no colon') }, { email: 'me@example.com' }, 'text', null])(
    'is none where its entry is %j',
    async (entry) => {
      await write('.docker/config.json', { auths: { 'ghcr.io': entry } });

      expect(await login('ghcr.io/acme/shop:1')).toMatchObject({ header: null, problem: null });
    },
  );

  it.each([
    ['busybox', HUB],
    ['docker.io/acme/shop', HUB],
    ['index.docker.io/acme/shop', HUB],
    ['acme/shop', 'docker.io'],
    ['acme/shop', 'index.docker.io'],
    ['acme/shop', 'https://registry-1.docker.io/v2/'],
    ['localhost:5000/shop', 'localhost:5000'],
    ['localhost:5000/shop', 'http://localhost:5000/v2/'],
    ['ghcr.io/acme/shop', 'https://ghcr.io'],
    ['ghcr.io/acme/shop', 'https://ghcr.io/'],
    ['ghcr.io/acme/shop', 'ghcr.io/v1/'],
    ['ghcr.io/acme/shop', 'ghcr.io/acme'],
    ['ghcr.io/acme/shop', 'ghcr.io/acme/shop'],
    ['acme/shop', 'docker.io/acme'],
  ])('for %s may stand under %s', async (reference, key) => {
    await write('.docker/config.json', { auths: { [key]: { auth: encoded('me:secret') } } });

    expect(headerOf(await login(reference))).toMatchObject({ username: 'me', password: 'secret' });
  });

  it.each(['ghcr.io.example.com', 'example.com/ghcr.io', 'ghcr.io/ac', 'ghcr.io/acme/other', 'ghcr.io:443', HUB])(
    'for ghcr.io/acme/shop is not the one under %s',
    async (key) => {
      await write('.docker/config.json', { auths: { [key]: { auth: encoded('me:secret') } } });

      expect(await login('ghcr.io/acme/shop')).toMatchObject({ header: null });
    },
  );

  it('is the one for the longest part of the path', async () => {
    const auths = { 'ghcr.io': { auth: encoded('all:1') }, 'ghcr.io/acme': { auth: encoded('acme:2') } };
    await write('.docker/config.json', { auths });

    expect(headerOf(await login('ghcr.io/acme/shop'))).toMatchObject({ username: 'acme' });
    expect(headerOf(await login('ghcr.io/other/shop'))).toMatchObject({ username: 'all' });
  });

  it('says of Docker Hub where it is valid as the engine expects it', async () => {
    await write('.docker/config.json', { auths: { [HUB]: { auth: encoded('me:secret') } } });

    expect(headerOf(await login('busybox'))).toMatchObject({ serveraddress: HUB });
  });

  it('is looked for in DOCKER_CONFIG, and in DOCKER_AUTH_CONFIG before that', async () => {
    await write('.docker/config.json', { auths: { 'ghcr.io': { auth: encoded('home:1') } } });
    await write('other/config.json', { auths: { 'ghcr.io': { auth: encoded('folder:2') } } });
    const inline = JSON.stringify({ auths: { 'ghcr.io': { auth: encoded('inline:3') } } });
    const folder = { DOCKER_CONFIG: join(home, 'other') };

    expect(headerOf(await login('ghcr.io/a', folder))).toMatchObject({ username: 'folder' });
    expect(headerOf(await login('ghcr.io/a', { ...folder, DOCKER_AUTH_CONFIG: inline }))).toMatchObject({
      username: 'inline',
    });
  });

  it.each([
    ['REGISTRY_AUTH_FILE', 'auth.json'],
    ['XDG_RUNTIME_DIR', 'containers/auth.json'],
    ['XDG_CONFIG_HOME', 'containers/auth.json'],
  ])('is looked for where podman login keeps it (%s), after what Docker has', async (variable, file) => {
    await write(`podman/${file}`, { auths: { 'quay.io': { auth: encoded('podman:1') } } });
    const environment = { [variable]: join(home, 'podman', variable === 'REGISTRY_AUTH_FILE' ? file : '') };

    expect(headerOf(await login('quay.io/a', environment))).toMatchObject({ username: 'podman' });
    await write('.docker/config.json', { auths: { 'quay.io': { auth: encoded('docker:2') } } });
    expect(headerOf(await login('quay.io/a', environment))).toMatchObject({ username: 'docker' });
  });
});

describe('a credential helper', () => {
  const ANSWER = `printf '{"ServerURL":"%s","Username":"%s","Secret":"s3cret"}' "$server" "$server"`;

  it('is asked for the server, by the name of the store', async () => {
    await write('.docker/config.json', { credsStore: 'store', auths: { [HUB]: {} } });
    await writeHelper('store', ANSWER);

    expect(headerOf(await login('busybox'))).toEqual({ username: HUB, password: 's3cret', serveraddress: HUB });
    expect(headerOf(await login('localhost:5000/a'))).toMatchObject({ username: 'localhost:5000' });
  });

  it('of its own is asked for a registry that has one', async () => {
    await write('.docker/config.json', { credsStore: 'missing', credHelpers: { 'ghcr.io': 'own' } });
    await writeHelper('own', ANSWER);

    expect(headerOf(await login('ghcr.io/a'))).toMatchObject({ username: 'ghcr.io' });
  });

  it('may answer an identity token', async () => {
    await write('.docker/config.json', { credsStore: 'store' });
    await writeHelper('store', `echo '{"Username":"<token>","Secret":"idt"}'`);

    expect(headerOf(await login('ghcr.io/a'))).toEqual({ identitytoken: 'idt', serveraddress: 'ghcr.io' });
  });

  it.each([
    'echo "credentials not found in native keychain"; exit 1',
    'echo "no credentials server URL"; exit 1',
    `echo '{"ServerURL":"","Username":"","Secret":""}'`,
  ])('that knows no login is no problem, and what is written down counts: %s', async (script) => {
    await write('.docker/config.json', { credsStore: 'store', auths: { 'ghcr.io': { auth: encoded('file:1') } } });
    await writeHelper('store', script);

    expect(await login('quay.io/a')).toEqual({ header: null, secrets: [], problem: null });
    expect(headerOf(await login('ghcr.io/a'))).toMatchObject({ username: 'file' });
  });

  it.each([
    ['is not installed', 'missing', /^docker-credential-missing is not installed/],
    ['fails', 'failing', /^docker-credential-failing failed with status 7$/],
    ['is named like a path', '../bin/failing', /is no name of a credential helper$/],
  ])('that %s is a problem, told without what it printed', async (_how, name, problem) => {
    await write('.docker/config.json', { credsStore: name });
    await writeHelper('failing', 'echo "hunter2"; echo "hunter2" >&2; exit 7');

    const found = await login('ghcr.io/a');

    expect(found.header).toBeNull();
    expect(found.problem).toMatch(problem);
    expect(found.problem).not.toContain('hunter2');
  });

  it('that waits for somebody is ended when nobody waits for it any more', async () => {
    await write('.docker/config.json', { credsStore: 'slow' });
    await writeHelper('slow', `echo $$ > "${home}/pid"; exec sleep 100`);
    const controller = new AbortController();
    const image = parseImageReference('ghcr.io/a');
    if (image?.kind !== 'named') throw new Error('a name');

    const asking = loginFor(image, {
      environment: { HOME: home, PATH: join(home, 'bin') },
      signal: controller.signal,
    });
    await eventually(() => existsSync(join(home, 'pid')), 'the helper to run');
    controller.abort(new Error('enough'));

    await expect(asking).rejects.toThrow('enough');
  });
});

describe('what keeps logins', () => {
  it.each([
    ['.docker/config.json', '{ "auths": { "ghcr.io": { "auth": "aHVudGVyMg', /config\.json is not the JSON/],
    ['.docker/config.json', '[]', /config\.json is not the JSON/],
    ['.docker/config.json/x', '', /config\.json cannot be read \(EISDIR\)/],
  ])('is a problem where it cannot be read, told without what it holds (%s: %s)', async (path, text, problem) => {
    await write(path, text);

    const found = await login('ghcr.io/a');

    expect(found.header).toBeNull();
    expect(found.problem).toMatch(problem);
    expect(found.problem).not.toContain('aHVudGVyMg');
  });

  it('is no problem as long as another login is found', async () => {
    await write('.docker/config.json', 'broken');
    await write('auth.json', { auths: { 'quay.io': { auth: encoded('podman:1') } } });

    expect(await login('quay.io/a', { REGISTRY_AUTH_FILE: join(home, 'auth.json') })).toMatchObject({ problem: null });
  });

  it('names all that must not be printed', async () => {
    await write('.docker/config.json', { auths: { 'ghcr.io': { auth: encoded('me:hunter2') } } });

    const { header, secrets } = await login('ghcr.io/a');

    expect(secrets).toEqual([header, 'hunter2']);
  });
});
