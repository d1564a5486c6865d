import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSecret, MASK, type Sealer, UNRESOLVED_SECRET, type Vault } from '../../../src/model/secret.ts';
import { secretKeyPath } from '../../../src/state/secret-key.ts';
import { openVault } from '../../../src/state/vault.ts';
import { CAN_MOUNT, child, containing, makeReadOnly, scratchFolder, smallDisk } from './scratch.ts';

function keyPathIn(folder: string): string {
  return secretKeyPath({ XDG_STATE_HOME: folder });
}

async function vaultWith(...plainTexts: readonly string[]): Promise<Vault & Sealer> {
  const vault = await openVault({ persist: false, keyPath: keyPathIn(scratchFolder()) });
  for (const plain of plainTexts) vault.seal(plain);
  return vault;
}

describe('the key', () => {
  it('lies in the XDG state folder, and a relative setting of it is ignored', () => {
    expect(secretKeyPath({ XDG_STATE_HOME: '/state', HOME: '/home/me' })).toBe('/state/trueup/secret-key');
    expect(secretKeyPath({ XDG_STATE_HOME: 'state', HOME: '/home/me' })).toBe(
      '/home/me/.local/state/trueup/secret-key',
    );
    expect(secretKeyPath({ HOME: '/home/me' })).toBe('/home/me/.local/state/trueup/secret-key');
  });

  it('is made once for this user alone, and makes equal hashes in every later command', async () => {
    const keyPath = keyPathIn(join(scratchFolder(), 'state'));

    const first = (await openVault({ persist: true, keyPath })).seal('hunter2!');
    const second = (await openVault({ persist: true, keyPath })).seal('hunter2!');
    const third = (await openVault({ persist: false, keyPath })).seal('hunter2!');

    expect(second).toEqual(first);
    expect(third).toEqual(first);
    expect(statSync(keyPath).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(keyPath)).mode & 0o777).toBe(0o700);
    expect(readFileSync(keyPath)).toHaveLength(32);
  });

  it('is not made by a command that only looks', async () => {
    const folder = scratchFolder();

    const [one, other] = await Promise.all([vaultIn(folder), vaultIn(folder)]);

    expect(readdirSync(folder)).toEqual([]);
    expect(one.seal('hunter2!')).toEqual(one.seal('hunter2!'));
    expect(one.seal('hunter2!')).not.toEqual(other.seal('hunter2!'));
  });

  it('is one for all processes that make it at the same moment', async () => {
    const keyPath = keyPathIn(scratchFolder());
    const children = Array.from({ length: 8 }, () => child('seal.ts', { keyPath, plain: 'hunter2!' }));
    await Promise.all(children.map((one) => one.next()));
    for (const one of children) one.tell('go');

    const sealed = await Promise.all(children.map((one) => one.next()));

    const expected = (await openVault({ persist: false, keyPath })).seal('hunter2!');
    expect(sealed).toEqual(sealed.map(() => expected));
    expect(readdirSync(dirname(keyPath))).toEqual(['secret-key']);
  });

  it('that others may read, or of a wrong length, is an error and stays as it is', async () => {
    const [open, short, folder] = [keyPathIn(scratchFolder()), keyPathIn(scratchFolder()), keyPathIn(scratchFolder())];
    await openVault({ persist: true, keyPath: open });
    chmodSync(open, 0o640);
    mkdirSync(dirname(short));
    writeFileSync(short, 'short', { mode: 0o600 });
    mkdirSync(folder, { recursive: true, mode: 0o700 });

    for (const persist of [true, false]) {
      await expect(openVault({ persist, keyPath: open })).rejects.toMatchObject({
        code: 'state_unreadable',
        next: containing(`chmod 600 ${open}`),
      });
      await expect(openVault({ persist, keyPath: short })).rejects.toMatchObject({
        code: 'state_unreadable',
        message: containing('5 bytes instead of 32'),
      });
      await expect(openVault({ persist, keyPath: folder })).rejects.toMatchObject({ code: 'state_unreadable' });
    }
    expect(readFileSync(short, 'utf8')).toBe('short');
  });

  it.skipIf(!CAN_MOUNT)('that cannot be made is an error that names the place (needs to mount)', async () => {
    const disk = smallDisk('64k');
    makeReadOnly(disk);

    await expect(openVault({ persist: true, keyPath: keyPathIn(disk) })).rejects.toMatchObject({
      code: 'state_unwritable',
      fields: { path: keyPathIn(disk), errno: 'EROFS' },
    });
    expect(existsSync(keyPathIn(disk))).toBe(false);
  });

  function vaultIn(folder: string): Promise<Vault & Sealer> {
    return openVault({ persist: false, keyPath: keyPathIn(folder) });
  }
});

describe('a secret', () => {
  it('is a keyed hash outside, and plain text for who may reveal it', async () => {
    const vault = await vaultWith();

    const secret = vault.seal('hunter2!');

    expect(isSecret(secret)).toBe(true);
    expect(JSON.stringify(secret)).not.toContain('hunter2');
    expect(vault.reveal(secret)).toBe('hunter2!');
    expect(vault.seal('hunter3!')).not.toEqual(secret);
  });

  it('that this command has not resolved is an error', async () => {
    const vault = await vaultWith('hunter2!');

    expect(() => vault.reveal(UNRESOLVED_SECRET)).toThrow(expect.objectContaining({ code: 'secret_unavailable' }));
    expect(() => vault.reveal({ $secret: 'ab'.repeat(32) })).toThrow(
      expect.objectContaining({ code: 'secret_unavailable' }),
    );
  });
});

describe('masking', () => {
  it('replaces every occurrence, and leaves all other text', async () => {
    const vault = await vaultWith('hunter2!', 's3cr3t.*');

    expect(vault.mask('a hunter2! b hunter2!hunter2! c s3cr3t.* s3cr3tXX')).toBe(
      `a ${MASK} b ${MASK}${MASK} c ${MASK} s3cr3tXX`,
    );
    expect((await vaultWith()).mask('nothing known')).toBe('nothing known');
  });

  it('replaces the longer of two that begin alike, and overlapping ones without leaving an end', async () => {
    const vault = await vaultWith('password', 'password-and-more', 'abcdef', 'defghi');

    expect(vault.mask('password-and-more password')).toBe(`${MASK} ${MASK}`);
    expect(vault.mask('<abcdefghi>')).toBe(`<${MASK}>`);
  });

  it('finds secrets escaped in JSON, encoded in URLs and in base64', async () => {
    const plain = 'p"ä\\ss/wörd +&=\tü';
    const vault = await vaultWith(plain);
    const forms = [
      JSON.stringify(plain).slice(1, -1),
      'p\\"\\u00e4\\\\ss/w\\u00f6rd +&=\\t\\u00fc',
      encodeURIComponent(plain),
      encodeURIComponent(plain).replace(/%../g, (escape) => escape.toLowerCase()),
      new URLSearchParams({ a: plain }).toString().slice(2),
      Buffer.from(plain).toString('base64'),
      Buffer.from(plain).toString('base64url'),
    ];

    for (const form of forms) expect(vault.mask(`<${form}>`)).toMatch(/^<\(secret\)=*>$/);
  });

  it('finds secrets inside longer base64, such as a header with user and password', async () => {
    const vault = await vaultWith('correct horse battery');
    for (const user of ['a', 'ab', 'abc', 'abcd']) {
      const header = Buffer.from(`${user}:correct horse battery;more`).toString('base64');

      const masked = vault.mask(header);

      expect(masked).toContain(MASK);
      const left = masked.split(MASK).map((part) => Buffer.from(part, 'base64').toString('utf8'));
      expect(left.join('')).not.toMatch(/[a-z]{3} ?horse|correct|battery/);
    }
  });

  it('finds the lines of a secret of several lines one by one, but not its shortest ones', async () => {
    const vault = await vaultWith('-----BEGIN KEY-----\nMIIBVgIBADANBgkq\n}\n-----END KEY-----\n');

    expect(vault.mask('log: MIIBVgIBADANBgkq')).toBe(`log: ${MASK}`);
    expect(vault.mask('{ }')).toBe('{ }');
  });

  it('leaves secrets of fewer than four characters, which would blot out ordinary text', async () => {
    const vault = await vaultWith('', 'a', 'abc', 'abcd', '      ', ' \n \n');

    expect(vault.mask('a abc      abcd')).toBe(`a abc      ${MASK}`);
  });

  it('knows secrets that are sealed after the first call', async () => {
    const vault = await vaultWith('hunter2!');
    expect(vault.mask('hunter2! hunter3!')).toBe(`${MASK} hunter3!`);

    vault.seal('hunter3!');

    expect(vault.mask('hunter2! hunter3!')).toBe(`${MASK} ${MASK}`);
  });

  it('leaves no secret in any text around it, and changes nothing the second time', async () => {
    const keyPath = keyPathIn(scratchFolder());
    await openVault({ persist: true, keyPath });
    // A secret that is a part of the mask itself stands in every masked text.
    const plainTexts = fc
      .string({ minLength: 4, unit: 'binary' })
      .filter((plain) => plain.trim().length >= 4 && !MASK.includes(plain.trim()));
    await fc.assert(
      fc.asyncProperty(
        fc.array(plainTexts, { minLength: 1, maxLength: 4 }),
        fc.string(),
        fc.string(),
        async (secrets, before, after) => {
          const vault = await openVault({ persist: false, keyPath });
          for (const secret of secrets) vault.seal(secret);
          const text = before + secrets.join(before) + after;

          const masked = vault.mask(text);

          for (const secret of secrets) expect(masked.replaceAll(MASK, '\u0000')).not.toContain(secret);
          expect(vault.mask(masked)).toBe(masked);
        },
      ),
      { numRuns: 200 },
    );
  });
});
