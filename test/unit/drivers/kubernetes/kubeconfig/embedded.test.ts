import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { embeddedContext } from '../../../../../src/drivers/kubernetes/kubeconfig/embedded.ts';
import { kubeconfigText } from '../../../../../src/drivers/kubernetes/kubeconfig/text.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-kubeconfig-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function own(): string {
  return `kind: Config
current-context: dev
contexts: [{ name: dev, context: { cluster: a, user: b } }]
clusters: [{ name: a, cluster: { server: "https://127.0.0.1:1", certificate-authority: ${folder}/ca } }]
users: [{ name: b, user: { client-certificate: ${folder}/crt, client-key-data: a2V5 } }]
`;
}

test('certificates are in it in place of the files that it names', async () => {
  await writeFile(join(folder, 'ca'), 'the ca');
  await writeFile(join(folder, 'crt'), 'the certificate');

  const { cluster, user } = await embeddedContext(own());

  expect(cluster).toEqual({
    server: 'https://127.0.0.1:1',
    'certificate-authority-data': Buffer.from('the ca').toString('base64'),
  });
  expect(user).toEqual({
    'client-certificate-data': Buffer.from('the certificate').toString('base64'),
    'client-key-data': 'a2V5',
  });
  expect(parse(kubeconfigText({ context: 'dev', cluster, user }))).toMatchObject({
    'current-context': 'dev',
    contexts: [{ name: 'dev', context: { cluster: 'dev', user: 'dev' } }],
  });
});

test.each([
  ['names a file that is gone', own],
  ['is no YAML', () => 'a: ['],
  ['has no current context', () => 'kind: Config\n'],
])('one that %s cannot be used', async (_, text) => {
  await expect(embeddedContext(text())).rejects.toMatchObject({ code: 'engine_unreachable' });
});
