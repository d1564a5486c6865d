import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lookForDamage } from '../../../../../src/drivers/kwok/observe/damage.ts';
import { kubeconfigText } from '../../../../../src/drivers/kubernetes/kubeconfig/text.ts';
import type { Settings } from '../../../../../src/drivers/kwok/settings.ts';

/** Valid from 23 November 2026 on, for ten years. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBczCCARmgAwIBAgIUbIaLWDM3U7bNOvUg14asW1Z1YkswCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEa3dvazAeFw0yNjExMjMwNzE1NDZaFw0zNjExMjAwNzE1NDZa
MA8xDTALBgNVBAMMBGt3b2swWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQoOluy
jHffDmskFYQglm298EL0t0SJYC9q7lUdAyldNaAqJLGRuk8Ylj5DuDdUcWsYStRa
gylTwV7dHgbwrToRo1MwUTAdBgNVHQ4EFgQUBWENO2CWlpqepa0xSVnruG48ZJYw
HwYDVR0jBBgwFoAUBWENO2CWlpqepa0xSVnruG48ZJYwDwYDVR0TAQH/BAUwAwEB
/zAKBggqhkjOPQQDAgNIADBFAiEAkmWIwvuakZjenBYbGjY4x7C2OS6jguCJHkMh
6F72GD0CIBtZHeOEE48epOAXTJukFcivWMuZUV9877BBsOFqaNF/
-----END CERTIFICATE-----
`;
const WHOLE: Readonly<Record<string, string>> = {
  'kubeconfig.yaml': kubeconfigText({ context: 'dev', cluster: { server: 'https://127.0.0.1:1' }, user: {} }),
  'pki/ca.crt': CERTIFICATE,
  'pki/admin.crt': CERTIFICATE,
  'pki/admin.key': 'a key',
  'etcd/member/snap': '',
  'logs/etcd.log': '',
  'bin/etcd': '',
};
function settings(): Settings {
  return { components: [{ name: 'etcd', binary: join(folder, 'bin/etcd'), args: [] }] };
}

const NOW = new Date('2027-01-31');

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-kwok-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function holding(files: Readonly<Record<string, string | null>>): Promise<void> {
  for (const [name, text] of Object.entries({ ...WHOLE, ...files })) {
    if (text === null) continue;
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

test('a whole folder has no damage', async () => {
  await holding({});

  expect(await lookForDamage(folder, settings(), NOW)).toEqual({ damage: null, lost: null, hasData: true });
});

test.each([
  ['a certificate is gone', { 'pki/admin.crt': null }, 'gone from its folder: pki/admin.crt'],
  ['a program is gone', { 'bin/etcd': null }, 'gone from its folder: bin/etcd'],
  ['its kubeconfig is gone', { 'kubeconfig.yaml': null }, 'gone from its folder: kubeconfig.yaml'],
  [
    'its kubeconfig is spoilt',
    { 'kubeconfig.yaml': 'kind: Config\n' },
    "the cluster's own kubeconfig cannot be used: it has no current context",
  ],
  ['a certificate is none', { 'pki/ca.crt': 'nothing' }, 'its certificate ca.crt is none'],
])('where %s, it can be made anew around its data', async (_, files, damage) => {
  await holding(files);

  expect(await lookForDamage(folder, settings(), NOW)).toEqual({ damage, lost: null, hasData: true });
});

test('a certificate that has expired is named with its day', async () => {
  await holding({});

  expect(await lookForDamage(folder, settings(), new Date('2037-01-01'))).toEqual({
    damage: 'its certificate ca.crt has expired on 2036-11-20',
    lost: null,
    hasData: true,
  });
});

test('what was made by half has nothing to lose', async () => {
  const { damage, lost, hasData } = await lookForDamage(folder, null, NOW);

  expect(damage).toBe('kwokctl did not write down whole what it consists of');
  expect(lost).toBeNull();
  expect(hasData).toBe(false);
});

test('data that were there are lost, and no others', async () => {
  await holding({ 'etcd/member/snap': null });
  expect((await lookForDamage(folder, settings(), NOW)).lost).toContain('its data are gone');

  await rm(join(folder, 'logs'), { recursive: true });
  expect((await lookForDamage(folder, settings(), NOW)).lost).toBeNull();
});

/** A loop of links is there, and nobody can read it. */
test.each(['kubeconfig.yaml', 'pki/admin.crt', 'bin/etcd'])('%s that nobody can look at is not gone', async (name) => {
  await holding({ [name]: null });
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await symlink(basename(name), join(folder, name));

  await expect(lookForDamage(folder, settings(), NOW)).rejects.toMatchObject({ code: 'engine_unreachable' });
});

test.each(['kubeconfig.yaml', 'pki/admin.crt'])('%s that cannot be read is not spoilt', async (name) => {
  await holding({ [name]: null });
  await mkdir(join(folder, name));

  await expect(lookForDamage(folder, settings(), NOW)).rejects.toMatchObject({
    code: 'engine_unreachable',
    message: expect.stringContaining('cannot be read: EISDIR') as string,
  });
});

test('a file that the kubeconfig names and that cannot be read is not gone', async () => {
  const cluster = { server: 'https://127.0.0.1:1', 'certificate-authority': join(folder, 'pki') };
  await holding({ 'kubeconfig.yaml': kubeconfigText({ context: 'dev', cluster, user: {} }) });

  await expect(lookForDamage(folder, settings(), NOW)).rejects.toMatchObject({ code: 'engine_unreachable' });
});

test('data that nobody can look at are not lost: nobody knows', async () => {
  await holding({ 'etcd/member/snap': null });
  await symlink('etcd', join(folder, 'etcd'));

  await expect(lookForDamage(folder, settings(), NOW)).rejects.toMatchObject({ code: 'engine_unreachable' });
});
