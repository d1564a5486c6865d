import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scratchApi } from '../../../support/api.ts';

let scratch = '';

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version']);
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!hasOpenssl())('TLS, with a certificate that the openssl command makes', () => {
  beforeAll(async () => {
    scratch = await mkdtemp('/tmp/trueup-test-');
    const names = 'subjectAltName=DNS:trueup.example,IP:127.0.0.1';
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const files = ['-keyout', join(scratch, 'key.pem'), '-out', join(scratch, 'cert.pem')];
    execFileSync('openssl', [...args, ...files, '-subj', '/CN=trueup.example', '-addext', names], { stdio: 'ignore' });
  });

  afterAll(() => rm(scratch, { recursive: true, force: true }));

  const tls = (): { readonly cert: string; readonly key: string } => {
    return { cert: join(scratch, 'cert.pem'), key: join(scratch, 'key.pem') };
  };

  test('is listened to beyond loopback, under the names of the certificate alone', async () => {
    await using api = await scratchApi({ tcp: { listen: '0.0.0.0:0', tls: tls(), hosts: [] } });
    const token = await api.token('viewer');
    const ca = await readFile(join(scratch, 'cert.pem'), 'utf8');
    const ask = (host: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const headers = { host, authorization: `Bearer ${token}` };
        const to = { host: '127.0.0.1', port: api.api.port ?? 0, path: '/v1/environments', ca, headers, agent: false };
        get({ ...to, servername: 'trueup.example' }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        }).on('error', reject);
      });

    expect([await ask('trueup.example'), await ask('127.0.0.1:1'), await ask('evil.example')]).toEqual([200, 200, 403]);
  });

  test('is no older than 1.2', async () => {
    await using api = await scratchApi({ tcp: { listen: '127.0.0.1:0', tls: tls(), hosts: [] } });
    const old = connect({
      port: api.api.port ?? 0,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const ended = await new Promise((resolve) =>
      old.on('secureConnect', () => resolve('open')).on('error', () => resolve('refused')),
    );

    expect(ended).toBe('refused');
  });

  test('a file that is no certificate is said so', async () => {
    await writeFile(join(scratch, 'no.pem'), 'nothing');
    const wrong = { cert: join(scratch, 'no.pem'), key: join(scratch, 'key.pem') };
    const missing = { cert: join(scratch, 'missing.pem'), key: join(scratch, 'key.pem') };

    await expect(scratchApi({ tcp: { listen: '127.0.0.1:0', tls: wrong, hosts: [] } })).rejects.toMatchObject({
      code: 'usage',
    });
    await expect(scratchApi({ tcp: { listen: '127.0.0.1:0', tls: missing, hosts: [] } })).rejects.toMatchObject({
      code: 'file_unreadable',
    });
  });
});
