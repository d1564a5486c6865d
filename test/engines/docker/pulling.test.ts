import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/cli.ts';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { APPLY, words } from '../../support/docker/luck.ts';
import { type Registry, type RegistryFailure, startRegistry } from '../../support/registry.ts';
import { MANIFEST } from '../../support/shop.ts';

const CONTAINER = 'shop-web-1';

/** Puts another image under a tag with each generation, and answers its digest. */
async function put(registry: Registry, generation: string, tag = '1'): Promise<string> {
  // Nothing of another test's is on the engine: each has layers of its own.
  const files = { 'bin/busybox': await readFile('/bin/busybox'), 'etc/home': `${registry.host} ${generation}` };
  const command = ['/bin/busybox', 'sleep', '1000'];
  return registry.put('shop/web', tag, { files, command, labels: { generation } });
}

function web({ host }: Registry, { tag = '1', policy = '' } = {}): string {
  const more = policy === '' ? '' : `, pull_policy: ${policy}`;
  return `name: local
project: shop
services:
  web:
    container: { image: '${host}/shop/web:${tag}', init: true${more} }
`;
}

async function applied(repo: DockerRepo, ...more: readonly string[]): Promise<void> {
  const { status, stdout, stderr } = await repo.trueup([...APPLY, ...more]);
  expect(status, stdout + stderr).toBe(0);
}

/** The image that the container was made from, as its labels say. */
function generationOf({ docker }: DockerRepo): Promise<string> {
  return docker('inspect', '--format', '{{.Config.Labels.generation}} {{.State.Status}}', CONTAINER);
}

describe('an image of a registry', () => {
  it('is pulled once where it is missing, and asked for again only by `trueup pull`', async () => {
    await using registry = await startRegistry();
    const digest = await put(registry, 'first');
    await using repo = await dockerRepo({ [MANIFEST]: web(registry) });

    await applied(repo);
    const asked = registry.requests.length;
    await put(registry, 'second');
    await applied(repo);
    await applied(repo, '--replace', 'web');
    expect(registry.requests).toHaveLength(asked);
    expect(await generationOf(repo)).toBe('first running');
    const reference = `${registry.host}/shop/web:1`;
    expect(await repo.docker('inspect', '--format', '{{.RepoDigests}}', reference)).toContain(digest);

    const pulled = await repo.trueup(['pull']);
    expect(pulled, words(pulled)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('newer image') as string,
    });
    expect(await generationOf(repo)).toBe('first running');
    expect(await repo.trueup(['plan', '--detailed-exitcode'])).toMatchObject({ status: 2 });
    await applied(repo);
    expect(await generationOf(repo)).toBe('second running');
    expect(await repo.trueup(['pull'])).toMatchObject({ stdout: expect.stringContaining('up to date') as string });
    expect(await repo.trueup(['plan', '--detailed-exitcode'])).toMatchObject({ status: 0 });
  });

  it('is asked for with each container that is made, where its policy is to pull always', async () => {
    await using registry = await startRegistry();
    await put(registry, 'first');
    await using repo = await dockerRepo({ [MANIFEST]: web(registry, { policy: 'always' }) });
    await applied(repo);
    await put(registry, 'second');

    await applied(repo);
    expect(await generationOf(repo)).toBe('first running');
    await applied(repo, '--replace', 'web');

    expect(await generationOf(repo)).toBe('second running');
    expect(await repo.trueup(['plan', '--detailed-exitcode'])).toMatchObject({ status: 0 });
  });

  it('is never asked for where its policy is never', async () => {
    await using registry = await startRegistry();
    await put(registry, 'first');
    await using repo = await dockerRepo({ [MANIFEST]: web(registry, { policy: 'never' }) });

    const result = await repo.trueup(APPLY);

    expect(result).toMatchObject({ status: 1, stdout: expect.stringContaining('missing_image') as string });
    expect(registry.requests).toEqual([]);
    expect(await repo.docker('ps', '--all', '--quiet')).toBe('');
  });
});

describe('a pull that fails', () => {
  const everywhere: readonly (RegistryFailure & { readonly means: string })[] = [
    { status: 401, code: 'UNAUTHORIZED', message: 'authentication required', means: 'registry_denied' },
    { status: 403, code: 'DENIED', message: 'requested access to the resource is denied', means: 'registry_denied' },
    { status: 404, code: 'MANIFEST_UNKNOWN', message: 'manifest unknown', means: 'image_not_found' },
    { status: 429, code: 'TOOMANYREQUESTS', message: 'slow down', means: 'registry_unavailable' },
    { status: 500, code: 'UNKNOWN', message: 'unknown error', means: 'registry_unavailable' },
    { status: 500, code: 'UNKNOWN', message: 'unknown error', on: /blobs/, means: 'registry_unavailable' },
  ];

  it('says which way it failed, stops nothing, and is made good by the next apply', async () => {
    await using registry = await startRegistry();
    await put(registry, 'first');
    await using repo = await dockerRepo({ [MANIFEST]: web(registry) });
    await applied(repo);
    await put(registry, 'second', '2');
    await repo.write({ [MANIFEST]: web(registry, { tag: '2' }) });

    for (const failure of everywhere) {
      registry.fail(failure);
      const result = await repo.trueup(APPLY);
      expect(result.status, words(result)).toBe(1);
      expect(result.stdout, `${failure.status}`).toContain(`[${failure.means}]`);
      expect(result.stdout).toContain('next:');
      expect(await generationOf(repo)).toBe('first running');
    }
    registry.fail(null);

    await applied(repo);
    expect(await generationOf(repo)).toBe('second running');
  });

  it('in the middle of a layer goes on where it was, by the engine itself or by another pull', async () => {
    await using registry = await startRegistry();
    await put(registry, 'first');
    registry.cutAfter(100_000);
    await using repo = await dockerRepo({ [MANIFEST]: web(registry) });

    const pulling = repo.start(['pull']);
    await eventually(() => registry.cuts > 0, 'a layer to be cut off');
    registry.cutAfter(null);
    const first = await pulling.done;

    if (first.status !== 0) expect(first.stdout).toMatch(/broke off the connection.*\[registry_unavailable\]/s);
    expect(await repo.trueup(['pull'])).toMatchObject({ status: 0 });
    await applied(repo);
    expect(await generationOf(repo)).toBe('first running');
  });

  it('is ended by an interrupt, with nothing left of it', async () => {
    await using registry = await startRegistry();
    await put(registry, 'first');
    registry.stallAfter(100_000);
    await using repo = await dockerRepo({ [MANIFEST]: web(registry) });

    const applying = repo.start(APPLY);
    await eventually(() => registry.requests.some((asked) => asked.includes('blobs')), 'a layer to be asked for');
    applying.child.kill('SIGINT');
    const { status } = await applying.done;
    registry.stallAfter(null);

    expect(status).toBe(130);
    expect(await repo.docker('ps', '--all', '--quiet')).toBe('');
    await applied(repo);
    expect(await generationOf(repo)).toBe('first running');
  });
});

const LOGIN = { username: 'me', password: 'hunter2' };
const BASIC = Buffer.from('me:hunter2').toString('base64');

/** What `docker login` leaves behind, and what a credential helper says. */
interface Kept {
  readonly kind: string;
  readonly auth: 'basic' | 'bearer';
  config(host: string): object;
  readonly helper?: object;
}

const KEPT: readonly Kept[] = [
  { kind: 'auths', auth: 'basic', config: (host) => ({ auths: { [host]: { auth: BASIC } } }) },
  { kind: 'auths, for a token', auth: 'bearer', config: (host) => ({ auths: { [host]: { auth: BASIC } } }) },
  {
    kind: 'an identity token',
    auth: 'bearer',
    config: (host) => ({ auths: { [host]: { auth: 'MDAwOg==', identitytoken: 'an-identity' } } }),
  },
  {
    kind: 'credsStore',
    auth: 'basic',
    config: (host) => ({ auths: { [host]: {} }, credsStore: 'test' }),
    helper: { Username: 'me', Secret: 'hunter2' },
  },
  {
    kind: 'credHelpers, with an identity token',
    auth: 'bearer',
    config: (host) => ({ credsStore: 'absent', credHelpers: { [host]: 'test' } }),
    helper: { Username: '<token>', Secret: 'an-identity' },
  },
];

async function login(repo: DockerRepo, config: object, helper?: object): Promise<void> {
  const [home, bin] = [join(repo.scratch, 'home', '.docker'), join(repo.scratch, 'bin')];
  await mkdir(home, { recursive: true });
  await mkdir(bin, { recursive: true });
  await writeFile(join(home, 'config.json'), JSON.stringify(config));
  repo.env['PATH'] = `${bin}:${process.env['PATH'] ?? ''}`;
  if (helper === undefined) return;
  const program = join(bin, 'docker-credential-test');
  await writeFile(program, `#!/bin/sh\ncat >/dev/null\necho '${JSON.stringify(helper)}'\n`);
  await chmod(program, 0o755);
}

describe('the login of this machine', () => {
  it.each(KEPT)('is used from $kind', async ({ auth, config, helper }) => {
    await using registry = await startRegistry({ auth, ...LOGIN });
    await put(registry, 'first');
    await using repo = await dockerRepo({ [MANIFEST]: web(registry) });
    await login(repo, config(registry.host), helper);

    const result = await repo.trueup(['pull']);

    expect(result, words(result)).toMatchObject({ status: 0 });
  });

  it.each([
    { kind: 'none', config: () => ({}), says: 'wants a login' },
    {
      kind: 'a wrong one',
      config: (host: string) => ({ auths: { [host]: { username: 'me', password: 'hunter3' } } }),
      says: 'refuses the login',
    },
    {
      kind: 'one whose helper is not installed',
      config: () => ({ credsStore: 'absent' }),
      says: 'docker-credential-absent is not installed',
    },
  ])('that is $kind is told apart from an image that is not there', async ({ config, says }) => {
    await using registry = await startRegistry({ auth: 'basic', ...LOGIN });
    await put(registry, 'first');
    await using repo = await dockerRepo({ [MANIFEST]: web(registry) });
    await login(repo, config(registry.host));

    const result = await repo.trueup(['pull']);

    expect(result, words(result)).toMatchObject({ status: 1 });
    expect(words(result)).toContain('[registry_denied]');
    expect(words(result)).toContain(says);
    expect(words(result)).toContain(`docker login ${registry.host}`);
    expect(words(result)).not.toContain('hunter3');
  });
});
