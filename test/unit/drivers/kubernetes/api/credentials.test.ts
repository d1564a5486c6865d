import { expect, test } from 'vitest';
import { credentialsOf } from '../../../../../src/drivers/kubernetes/api/credentials.ts';

const CONFIG = `kind: Config
clusters: [{ name: c, cluster: { server: "https://127.0.0.1:6443", certificate-authority-data: Y2E= } }]
users: [{ name: u, user: { client-certificate-data: Y2VydA==, client-key-data: a2V5 } }]
contexts: [{ name: x, context: { cluster: c, user: u } }]
current-context: x
`;

test('certificates that stand in the file are read', async () => {
  const { server, options, headers } = await credentialsOf(CONFIG);

  expect(server.href).toBe('https://127.0.0.1:6443/');
  expect(options).toEqual({ ca: Buffer.from('ca'), cert: Buffer.from('cert'), key: Buffer.from('key') });
  expect(headers).toEqual({});
});

test.each([
  ['is broken', 'clusters: [', 'it is no YAML'],
  ['has no current context', CONFIG.replace('current-context: x', ''), 'it has no current context'],
  ['leads to no cluster', CONFIG.replace('name: c,', 'name: d,'), 'it has no current cluster'],
  ['has no address', CONFIG.replace('https://127.0.0.1:6443', ''), 'it has no address of a server'],
  [
    'names a certificate that is gone',
    CONFIG.replace('client-key-data: a2V5', 'client-key: /nowhere/key'),
    'its client-key /nowhere/key cannot be read',
  ],
])('a kubeconfig that %s is an engine that cannot be reached', async (_, text, why) => {
  await expect(credentialsOf(text)).rejects.toMatchObject({
    code: 'engine_unreachable',
    message: `the cluster's own kubeconfig cannot be used: ${why}`,
  });
});
