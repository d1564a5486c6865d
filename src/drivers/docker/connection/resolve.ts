/**
 * Which engine a declaration means. The order is that of the docker command, with the manifest in the place of its
 * options: `host:` or `context:`, DOCKER_HOST, DOCKER_CONTEXT, the context in use, the usual sockets. Nothing is
 * connected to.
 */
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineDeclaration } from '../../../model/desired.ts';
import { machineText } from '../../../model/engine-identity.ts';
import { TrueupError } from '../../../model/failure.ts';
import { nearest } from '../../../model/nearest.ts';
import type { ConnectTarget, Dial } from '../../reach.ts';
import { defaultEndpoint } from './default-socket.ts';
import { contextNames, currentContext, dockerConfigFolder, readContext } from './docker-config.ts';
import type { Endpoint, InsideEndpoint, TlsFiles } from './endpoint.ts';
import { endpointOf } from './host-text.ts';

const DEFAULT_CONTEXT = 'default';

/** Throws where a declaration, the environment or the files of the docker command make no sense. */
export function resolveEndpoint(
  engine: EngineDeclaration,
  environment: NodeJS.ProcessEnv = process.env,
  dial?: Dial,
): Endpoint {
  if (typeof engine.settings['vm'] === 'string') return insideEndpoint(engine, dial);
  const { host, context } = engine.settings;
  if (typeof host === 'string' && typeof context === 'string') {
    throw new TrueupError('engine_unreachable', `the engine ${engine.name} declares both \`host\` and \`context\``, {
      fields: { engine: engine.name },
      next: 'keep one of them in the manifest',
    });
  }
  if (typeof host === 'string') {
    return endpointOf(host, { source: `\`host\` of the engine ${engine.name}`, tls: environmentTls(environment) });
  }
  if (typeof context === 'string') {
    return contextEndpoint(context, `the context ${context} of the engine ${engine.name}`, environment);
  }
  return environmentHost(environment) ?? chosenContext(environment) ?? defaultEndpoint(environment);
}

/** One text for one engine, however it is named; never throws. */
export function identityOf(engine: EngineDeclaration, environment: NodeJS.ProcessEnv = process.env): string {
  if (engine.inside !== undefined) return `docker ${placeText(targetIn(engine))} in ${machineText(engine.inside)}`;
  try {
    const endpoint = resolveEndpoint(engine, environment);
    if (endpoint.kind !== 'unix') return `docker ${endpoint.text}`;
    return `docker unix://${existsSync(endpoint.path) ? realpathSync(endpoint.path) : endpoint.path}`;
  } catch {
    const { host, context } = engine.settings;
    return `docker ${JSON.stringify({ host: host ?? null, context: context ?? null })}`;
  }
}

const SOCKET = '/var/run/docker.sock';

function insideEndpoint(engine: EngineDeclaration, dial: Dial | undefined): InsideEndpoint {
  const { name, inside } = engine;
  const target = targetIn(engine);
  if (inside === undefined || dial === undefined) {
    throw new TrueupError('engine_unreachable', `no way leads to the engine ${name}, which is in a VM`, {
      fields: { engine: name },
      next: 'start the VM that it is in',
    });
  }
  const text = `${inside.provider}:${placeText(target)}`;
  return { kind: 'inside', target, dial, text, source: `\`vm\` of the engine ${name}` };
}

/** Where in its VM an engine listens. */
function targetIn({ settings: { socket, port } }: EngineDeclaration): ConnectTarget {
  if (typeof port === 'number') return { port };
  return { path: typeof socket === 'string' ? socket : SOCKET };
}

function placeText(target: ConnectTarget): string {
  return 'port' in target ? String(target.port) : target.path;
}

function environmentHost(environment: NodeJS.ProcessEnv): Endpoint | null {
  const { DOCKER_HOST: host } = environment;
  return host ? endpointOf(host, { source: 'DOCKER_HOST', tls: environmentTls(environment) }) : null;
}

function chosenContext(environment: NodeJS.ProcessEnv): Endpoint | null {
  const { DOCKER_CONTEXT: name } = environment;
  if (name) return contextEndpoint(name, `DOCKER_CONTEXT=${name}`, environment);
  const current = currentContext(dockerConfigFolder(environment));
  return current === null ? null : contextEndpoint(current, `the docker context in use, ${current}`, environment);
}

function contextEndpoint(name: string, source: string, environment: NodeJS.ProcessEnv): Endpoint {
  // The one that is always there: whatever counts without contexts.
  if (name === DEFAULT_CONTEXT) return environmentHost(environment) ?? defaultEndpoint(environment);
  const folder = dockerConfigFolder(environment);
  const context = readContext(folder, name);
  if (context === null) throw unknownContext(name, source, folder);
  const { host, tls } = context;
  return host === null ? defaultEndpoint(environment) : endpointOf(host, { source, tls });
}

function unknownContext(name: string, source: string, folder: string): TrueupError {
  const names = [DEFAULT_CONTEXT, ...contextNames(folder)];
  const near = nearest(name, names);
  const meant = near === null ? `there are ${names.join(', ')}` : `did you mean ${near}?`;
  return new TrueupError('engine_unreachable', `there is no docker context called ${name} (${source}): ${meant}`, {
    fields: { context: name, source },
    next: `create it with \`docker context create ${name}\`, or name another; \`docker context ls\` lists them`,
  });
}

/** As the docker command takes it from its variables, for every tcp:// that no context describes. */
function environmentTls(environment: NodeJS.ProcessEnv): TlsFiles | null {
  const { DOCKER_TLS_VERIFY: verify, DOCKER_TLS: tls, DOCKER_CERT_PATH: path } = environment;
  if (!verify && !tls) return null;
  const folder = path || dockerConfigFolder(environment);
  const optional = (file: string): string | null => (existsSync(join(folder, file)) ? join(folder, file) : null);
  return {
    ca: verify ? join(folder, 'ca.pem') : optional('ca.pem'),
    cert: optional('cert.pem'),
    key: optional('key.pem'),
    verify: Boolean(verify),
  };
}
