import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defaultEndpoint } from '../../../../../src/drivers/docker/connection/default-socket.ts';
import { identityOf, resolveEndpoint } from '../../../../../src/drivers/docker/connection/resolve.ts';
import type { EngineDeclaration } from '../../../../../src/model/desired.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { containing } from '../../../../support/matching.ts';
import { scratchFolder } from '../../../state/scratch.ts';

function engine(settings: JsonObject = {}): EngineDeclaration {
  return { name: 'docker', driver: 'docker', settings };
}

interface Home {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** A home with contexts: their hosts by name. */
function home(contexts: Readonly<Record<string, string>> = {}, current?: string): Home {
  const folder = scratchFolder();
  for (const [name, host] of Object.entries(contexts)) {
    write(metaOf(folder, name), JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: { Host: host } } }));
  }
  if (current !== undefined) write(join(folder, '.docker', 'config.json'), JSON.stringify({ currentContext: current }));
  return { folder, environment: { HOME: folder } };
}

function idOf(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

function metaOf(folder: string, name: string): string {
  return join(folder, '.docker', 'contexts', 'meta', idOf(name), 'meta.json');
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

async function socketAt(path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  onTestFinished(() => void server.close());
}

describe('which engine is meant', () => {
  const contexts = { colima: 'unix:///colima.sock', remote: 'tcp://build.example:2376' };

  it('is what the manifest says, before all variables', () => {
    const { environment } = home(contexts, 'remote');
    const all = { ...environment, DOCKER_HOST: 'unix:///variable.sock', DOCKER_CONTEXT: 'remote' };

    expect(resolveEndpoint(engine({ host: 'unix:///manifest.sock' }), all)).toMatchObject({
      kind: 'unix',
      path: '/manifest.sock',
    });
    expect(resolveEndpoint(engine({ context: 'colima' }), all)).toMatchObject({ kind: 'unix', path: '/colima.sock' });
  });

  it('is DOCKER_HOST, then DOCKER_CONTEXT, then the context in use', () => {
    const { environment } = home(contexts, 'remote');

    const byHost = resolveEndpoint(engine(), {
      ...environment,
      DOCKER_HOST: 'unix:///variable.sock',
      DOCKER_CONTEXT: 'colima',
    });
    const byContext = resolveEndpoint(engine(), { ...environment, DOCKER_HOST: '', DOCKER_CONTEXT: 'colima' });
    const inUse = resolveEndpoint(engine(), environment);

    expect(byHost).toMatchObject({ text: 'unix:///variable.sock', source: 'DOCKER_HOST' });
    expect(byContext).toMatchObject({ text: 'unix:///colima.sock', source: 'DOCKER_CONTEXT=colima' });
    expect(inUse).toMatchObject({ text: 'tcp://build.example:2376', source: containing('remote') });
  });

  it('is looked for in DOCKER_CONFIG where that is set', () => {
    const { folder } = home(contexts, 'colima');

    const found = resolveEndpoint(engine(), { HOME: '/nowhere', DOCKER_CONFIG: join(folder, '.docker') });

    expect(found.text).toBe('unix:///colima.sock');
  });

  it('is without contexts what the context `default` means, in spite of the one in use', () => {
    const { environment } = home(contexts, 'colima');
    const variables = { ...environment, DOCKER_HOST: 'unix:///variable.sock' };

    expect(resolveEndpoint(engine({ context: 'default' }), variables).text).toBe('unix:///variable.sock');
    expect(resolveEndpoint(engine(), { ...environment, DOCKER_CONTEXT: 'default' }).text).not.toContain('colima');
  });

  it.each([
    '/var/run/docker.sock',
    '/home/.docker/run/docker.sock',
    '/home/.docker/desktop/docker.sock',
    '/colima/default/docker.sock',
    '/home/.colima/default/docker.sock',
    '/run/user/1/docker.sock',
    '/run/user/1/podman/podman.sock',
    '/run/podman/podman.sock',
  ])('is the engine at %s where nobody says which, and no earlier one is there', (place) => {
    const environment = { HOME: '/home', XDG_RUNTIME_DIR: '/run/user/1', COLIMA_HOME: '/colima' };
    const asked: string[] = [];
    const isThere = (path: string): boolean => asked.push(path) > 0 && path === place;

    const found = defaultEndpoint(environment, isThere);

    expect(found).toMatchObject({ kind: 'unix', path: place });
    expect(asked.at(-1)).toBe(place);
  });

  it('is the socket of Docker where there is none at all, so that its absence is told', () => {
    expect(defaultEndpoint({ HOME: '/home' }, () => false)).toMatchObject({ path: '/var/run/docker.sock' });
  });
});

describe('how a host is written', () => {
  it.each([
    { host: 'unix:///a/b.sock', text: 'unix:///a/b.sock' },
    { host: 'unix://', text: 'unix:///var/run/docker.sock' },
    { host: 'tcp://build.example', text: 'tcp://build.example:2375' },
    { host: 'tcp://build.example:80', text: 'tcp://build.example:80' },
    { host: 'build.example:4243', text: 'tcp://build.example:4243' },
    { host: 'tcp://[::1]:2375', text: 'tcp://[::1]:2375' },
    { host: 'ssh://build.example', text: 'ssh://build.example' },
    { host: 'ssh://me@build.example:2222/run/podman.sock', text: 'ssh://me@build.example:2222/run/podman.sock' },
  ])('$host means $text', ({ host, text }) => {
    expect(resolveEndpoint(engine({ host }), {}).text).toBe(text);
  });

  it.each([
    { host: 'unix://docker.sock', why: 'absolute' },
    { host: 'npipe:////./pipe/docker_engine', why: 'npipe:// is not supported' },
    { host: 'https://build.example', why: 'tcp://' },
    { host: 'tcp://', why: 'no host' },
    { host: 'tcp://build.example/api', why: 'no path' },
    { host: 'ssh://me:hunter2@build.example', why: 'password' },
    { host: 'ssh://-oProxyCommand=evil', why: 'no host is called so' },
    { host: 'ssh://build.example?x=y', why: 'nothing may follow' },
    { host: 'tcp://build.example:port', why: 'no host' },
  ])('$host is an error, because of "$why"', ({ host, why }) => {
    const act = (): unknown => resolveEndpoint(engine({ host }), {});

    expect(act).toThrow(why);
    expect(act).not.toThrow(/hunter2/);
  });

  it('takes the parts of an address for ssh apart', () => {
    expect(resolveEndpoint(engine({ host: 'ssh://me@[fe80::1]:22' }), {})).toMatchObject({
      kind: 'ssh',
      user: 'me',
      host: 'fe80::1',
      port: 22,
      socket: null,
    });
  });
});

describe('TLS', () => {
  it('is what DOCKER_TLS_VERIFY asks for, with the files of DOCKER_CERT_PATH', () => {
    const { folder } = home();
    write(join(folder, 'certs', 'cert.pem'), '');
    const variables = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: join(folder, 'certs') };

    expect(resolveEndpoint(engine({ host: 'tcp://build.example' }), variables)).toMatchObject({
      port: 2376,
      tls: { ca: join(folder, 'certs', 'ca.pem'), cert: join(folder, 'certs', 'cert.pem'), key: null, verify: true },
    });
  });

  it('of a context is its own, and not that of the variables', () => {
    const { folder, environment } = home({ remote: 'tcp://build.example', plain: 'tcp://build.example' });
    const tls = join(folder, '.docker', 'contexts', 'tls', idOf('remote'), 'docker');
    for (const file of ['ca.pem', 'cert.pem', 'key.pem']) write(join(tls, file), '');
    const variables = { ...environment, DOCKER_TLS_VERIFY: '1' };

    expect(resolveEndpoint(engine({ context: 'remote' }), variables)).toMatchObject({
      port: 2376,
      tls: { ca: join(tls, 'ca.pem'), cert: join(tls, 'cert.pem'), key: join(tls, 'key.pem'), verify: true },
    });
    expect(resolveEndpoint(engine({ context: 'plain' }), variables)).toMatchObject({ port: 2375, tls: null });
  });
});

describe('a declaration that makes no sense', () => {
  it('is one with both host and context', () => {
    expect(() => resolveEndpoint(engine({ host: 'unix:///a.sock', context: 'colima' }), {})).toThrow('both');
  });

  it('is one of an unknown context, and the nearest is suggested', () => {
    const { environment } = home({ colima: 'unix:///colima.sock' });

    expect(() => resolveEndpoint(engine({ context: 'colmia' }), environment)).toThrow('did you mean colima?');
    expect(() => resolveEndpoint(engine({ context: 'zzz' }), environment)).toThrow('there are default, colima');
  });

  it.each([
    { what: 'no JSON', text: '{', why: 'no JSON' },
    { what: 'without an endpoint', text: '{"Name":"colima"}', why: 'no endpoint' },
  ])('is one of a context whose file is broken: $what', ({ text, why }) => {
    const { folder, environment } = home({ colima: 'unix:///colima.sock', other: 'unix:///other.sock' });
    write(metaOf(folder, 'colima'), text);

    const act = (): unknown => resolveEndpoint(engine({ context: 'colima' }), environment);

    expect(act).toThrow(why);
    expect(act).toThrow(expect.objectContaining({ fields: { path: metaOf(folder, 'colima') } }));
    expect(resolveEndpoint(engine({ context: 'other' }), environment).text).toBe('unix:///other.sock');
  });

  it('is any, where the settings of the docker command are broken', () => {
    const { folder, environment } = home();
    write(join(folder, '.docker', 'config.json'), 'nonsense');

    expect(() => resolveEndpoint(engine(), environment)).toThrow('config.json is broken');
    expect(resolveEndpoint(engine({ host: 'unix:///a.sock' }), environment).text).toBe('unix:///a.sock');
  });
});

describe('the identity of an engine', () => {
  it('is one text, by whatever path its socket is named', async () => {
    const folder = scratchFolder();
    await socketAt(join(folder, 'real.sock'));
    symlinkSync(join(folder, 'real.sock'), join(folder, 'link.sock'));

    const [real, link] = ['real.sock', 'link.sock'].map((file) =>
      identityOf(engine({ host: `unix://${join(folder, file)}` }), {}),
    );

    expect(link).toBe(real);
    expect(real).toMatch(/^docker unix:\/\/.*real\.sock$/);
  });

  it('is told without an engine, and where the declaration makes no sense', () => {
    expect(identityOf(engine({ host: 'tcp://build.example:1' }), {})).toBe('docker tcp://build.example:1');
    expect(identityOf(engine({ context: 'nope' }), { HOME: '/nowhere' })).toBe('docker {"host":null,"context":"nope"}');
  });
});
