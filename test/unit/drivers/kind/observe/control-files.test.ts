import { expect, test } from 'vitest';
import { harmOf, NO_HARM, setupOf } from '../../../../../src/drivers/kind/observe/control-files.ts';
import { controlFiles } from '../../../../support/kind/fake-nodes.ts';

const USUAL = { certificates: true, etcd: true };
const NOW = new Date('2026-06-01');

test('a control plane that has all it needs lacks nothing', () => {
  expect(harmOf(controlFiles(), USUAL, NOW)).toEqual(NO_HARM);
});

test.each<readonly [string, Readonly<Record<string, null>>, readonly string[], readonly string[]]>([
  ['what its authority has signed can be signed again', { 'pki/apiserver.crt': null }, ['pki/apiserver.crt'], []],
  [
    'but not without the key of the authority',
    { 'pki/etcd/peer.key': null, 'pki/etcd/ca.key': null },
    ['pki/etcd/peer.key'],
    ['pki/etcd/ca.key'],
  ],
  ['an authority that is gone cannot be made', { 'pki/ca.crt': null }, ['pki/ca.crt'], ['pki/ca.crt']],
  ['the key of an authority is needed for nothing else', { 'pki/ca.key': null }, [], []],
  ['a manifest can be written again', { 'manifests/etcd.yaml': null }, ['manifests/etcd.yaml'], []],
])('%s', (_, changed, missing, lost) => {
  expect(harmOf(controlFiles(changed), USUAL, NOW)).toEqual({ missing, expired: [], lost });
});

test('what kubeadm was told to keep elsewhere is not missed', () => {
  const told = (settings: string): ReturnType<typeof setupOf> =>
    setupOf(new Map([['kubeadm.conf', `kind: ClusterConfiguration\n${settings}---\nkind: InitConfiguration\n`]]));
  const bare = controlFiles({ 'pki/etcd/ca.crt': null, 'pki/etcd/server.crt': null, 'manifests/etcd.yaml': null });

  expect(told('')).toEqual(USUAL);
  expect(told('certificatesDir: /etc/kubernetes/pki\n')).toEqual(USUAL);
  const outside = told('etcd: { external: { endpoints: ["https://etcd.example:2379"] } }\n');
  expect(harmOf(bare, outside, NOW)).toEqual(NO_HARM);
  const elsewhere = told('certificatesDir: /kind/pki\n');
  expect(harmOf(controlFiles({ 'pki/ca.crt': null, 'pki/sa.key': null }), elsewhere, NOW)).toEqual(NO_HARM);
});

test('a certificate is over once its time is', () => {
  const files = controlFiles({ 'pki/apiserver.crt': SHORT });

  expect(harmOf(files, USUAL, new Date('2026-01-01'))).toEqual(NO_HARM);
  expect(harmOf(files, USUAL, new Date('2027-01-01'))).toMatchObject({ expired: ['pki/apiserver.crt'], lost: [] });
});

/** It ends with the year 2026. */
const SHORT = `-----BEGIN CERTIFICATE-----
MIIBhzCCAS2gAwIBAgIUV2DTyqSkH+vbWzu15p8xpjU8Gk4wCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOa3ViZS1hcGlzZXJ2ZXIwHhcNMjYxMTIzMTA1MDQ4WhcNMjYx
MjIzMTA1MDQ4WjAZMRcwFQYDVQQDDA5rdWJlLWFwaXNlcnZlcjBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABPZ/3KT65+3LgxdWnfN8wsPhLUUaZxO435y21PiZbrso
Yl1XJb3Ua8ZNFGMGVeheAXscRwg0HlynzCb2zVDsfzWjUzBRMB0GA1UdDgQWBBTP
F7RJW0+E6n+cOHB9KF4r0uFOgjAfBgNVHSMEGDAWgBTPF7RJW0+E6n+cOHB9KF4r
0uFOgjAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQD0uZMbw4Ug
5h0vAznsqo/19Qkee7hIe+b+Svi0hqz/twIga9kZ7M4jyW9KABdbXPq0g+3a6dgD
J5nZtW3+IgqNcF4=
-----END CERTIFICATE-----
`;
