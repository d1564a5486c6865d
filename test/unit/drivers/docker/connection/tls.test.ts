import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openReader } from '../../../../../src/drivers/docker/api/client.ts';
import { resolveEndpoint } from '../../../../../src/drivers/docker/connection/resolve.ts';
import { containing } from '../../../../support/matching.ts';
import { scratchFolder } from '../../../state/scratch.ts';

const never = new AbortController().signal;
const HAS_OPENSSL = spawnSync('openssl', ['version']).status === 0;

/** A folder with an authority, and certificates of it for an engine and for its users. */
function certificates(): string {
  const folder = scratchFolder();
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...key, '-days', '2', '-subj', '/CN=authority', '-keyout', 'ca-key.pem', '-out', 'ca.pem');
  for (const who of ['server', 'client']) {
    const prefix = who === 'server' ? 'server-' : '';
    writeFileSync(
      join(folder, 'extensions'),
      `subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=${who}Auth\n`,
    );
    openssl('req', ...key, '-subj', `/CN=${who}`, '-keyout', `${prefix}key.pem`, '-out', 'request.pem');
    const signed = [
      '-req',
      '-in',
      'request.pem',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca-key.pem',
      '-CAcreateserial',
      '-days',
      '2',
    ];
    openssl('x509', ...signed, '-extfile', 'extensions', '-out', `${prefix}cert.pem`);
  }
  return folder;
}

/** An engine that wants to know who asks. Answers its port. */
async function secureEngine(folder: string): Promise<number> {
  const file = (name: string): Buffer => readFileSync(join(folder, name));
  const options = { ca: file('ca.pem'), cert: file('server-cert.pem'), key: file('server-key.pem') };
  const server = createServer({ ...options, requestCert: true, rejectUnauthorized: true }, (_request, response) => {
    response.writeHead(200, { 'Api-Version': '1.41' }).end('[]');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

async function listAt(host: string, variables: NodeJS.ProcessEnv): Promise<unknown> {
  const endpoint = resolveEndpoint({ name: 'docker', driver: 'docker', settings: { host } }, variables);
  const reader = openReader(endpoint);
  try {
    return await reader.containers(never);
  } finally {
    await reader.close();
  }
}

describe.skipIf(!HAS_OPENSSL)('an engine behind TLS (needs openssl)', () => {
  it('is reached with the certificates that it wants, by name and by address', async () => {
    const folder = certificates();
    const port = await secureEngine(folder);
    const variables = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder };

    expect(await listAt(`tcp://localhost:${port}`, variables)).toEqual([]);
    expect(await listAt(`tcp://127.0.0.1:${port}`, variables)).toEqual([]);
  });

  it('is not believed where another authority speaks for it', async () => {
    const port = await secureEngine(certificates());
    const variables = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certificates() };

    await expect(listAt(`tcp://localhost:${port}`, variables)).rejects.toMatchObject({
      code: 'engine_unreachable',
      retryable: false,
      message: containing('no TLS with the engine'),
      next: containing('ca.pem'),
    });
  });

  it('says that it wants a certificate where there is none', async () => {
    const folder = certificates();
    const port = await secureEngine(folder);
    const only = scratchFolder();
    writeFileSync(join(only, 'ca.pem'), readFileSync(join(folder, 'ca.pem')));

    await expect(
      listAt(`tcp://localhost:${port}`, { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: only }),
    ).rejects.toMatchObject({ code: 'engine_unreachable', message: containing('certificate') });
  });

  it('is not reached where the certificates cannot be read, and the file is named', async () => {
    const port = await secureEngine(certificates());
    const empty = scratchFolder();

    await expect(
      listAt(`tcp://localhost:${port}`, { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: empty }),
    ).rejects.toMatchObject({ code: 'engine_unreachable', message: containing(join(empty, 'ca.pem')) });
  });

  it('is not reached without TLS', async () => {
    const port = await secureEngine(certificates());

    await expect(listAt(`tcp://localhost:${port}`, {})).rejects.toMatchObject({ code: 'engine_unreachable' });
  });
});
