import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type SignaturePolicy, verifySigned } from '../../../src/git/verify.ts';
import { script } from './remote-repo.ts';
import { containing, git, never, repoWith, scratchFolder } from './scratch-repo.ts';
import { allowedSigners, gpgKeyring, hasProgram, signedCommit, signedTag, sshKey } from './signing.ts';

const NOTHING: SignaturePolicy = { mode: 'commit', allowedSigners: null, revokedSigners: null, gpgKeys: [] };

function refusedFor(reason: string): unknown {
  return expect.objectContaining({ code: 'signature_refused', fields: { reason } });
}

/** The PATH of this test holds these programs alone. */
function onlyPrograms(...names: readonly string[]): void {
  const folder = scratchFolder();
  for (const name of names) script(join(folder, name), `exec /usr/bin/${name} "$@"`);
  vi.stubEnv('PATH', folder);
  onTestFinished(() => void vi.unstubAllEnvs());
}

describe.skipIf(!hasProgram('gpg'))('a commit signed with GPG', () => {
  it('is good with an allowed key, whatever the keyring of the user holds', async () => {
    const key = gpgKeyring().key('alice');
    const folder = repoWith({ a: '1' });
    const commit = signedCommit(folder, key);

    const verified = await verifySigned(folder, { commit, tag: null }, { ...NOTHING, gpgKeys: [key.file] }, never);

    expect(verified.signers).toEqual(['alice <alice@example.com>']);
  });

  it('is refused with any other key', async () => {
    const keyring = gpgKeyring();
    const [alice, mallory] = [keyring.key('alice'), keyring.key('mallory')];
    const folder = repoWith({ a: '1' });
    const commit = signedCommit(folder, mallory);

    const judged = verifySigned(folder, { commit, tag: null }, { ...NOTHING, gpgKeys: [alice.file] }, never);

    await expect(judged).rejects.toThrow(refusedFor('unknown_key'));
  });

  it.each([['expired'], ['revoked']])('is refused with a key that is %s', async (how) => {
    const key = gpgKeyring().key('bob', { [how]: true });
    const folder = repoWith({ a: '1' });
    const commit = signedCommit(folder, key);

    const judged = verifySigned(folder, { commit, tag: null }, { ...NOTHING, gpgKeys: [key.file] }, never);

    await expect(judged).rejects.toThrow(refusedFor(`${how}_key`));
  });

  it('is refused once it was changed', async () => {
    const key = gpgKeyring().key('alice');
    const folder = repoWith({ a: '1' });
    const text = git(folder, 'cat-file', 'commit', signedCommit(folder, key, 'good words'));
    const forged = join(folder, 'forged');
    writeFileSync(forged, `${text.replace('good words', 'evil words')}\n`);
    const commit = git(folder, 'hash-object', '-t', 'commit', '-w', forged);

    const judged = verifySigned(folder, { commit, tag: null }, { ...NOTHING, gpgKeys: [key.file] }, never);

    await expect(judged).rejects.toThrow(refusedFor('bad_signature'));
  });

  it('is good together with a tag that is signed, too', async () => {
    const key = gpgKeyring().key('alice');
    const folder = repoWith({ a: '1' });
    const commit = signedCommit(folder, key);
    const tag = { name: 'v1', object: signedTag(folder, key, 'v1') };
    const policy: SignaturePolicy = { ...NOTHING, mode: 'both', gpgKeys: [key.file] };

    expect((await verifySigned(folder, { commit, tag }, policy, never)).signers).toHaveLength(1);
    await expect(verifySigned(folder, { commit, tag: null }, policy, never)).rejects.toThrow(refusedFor('unsigned'));
  });

  it('is refused where gpg is missing', async () => {
    const key = gpgKeyring().key('alice');
    const folder = repoWith({ a: '1' });
    const commit = signedCommit(folder, key);
    const { file } = key;
    onlyPrograms('git');

    const judged = verifySigned(folder, { commit, tag: null }, { ...NOTHING, gpgKeys: [file] }, never);

    await expect(judged).rejects.toThrow(refusedFor('program_missing'));
  });

  it('is refused where only SSH signers are allowed', async () => {
    const key = gpgKeyring().key('alice');
    const folder = repoWith({ a: '1' });
    const commit = signedCommit(folder, key);
    const policy = { ...NOTHING, allowedSigners: allowedSigners([sshKey('one')]) };

    await expect(verifySigned(folder, { commit, tag: null }, policy, never)).rejects.toThrow(refusedFor('unknown_key'));
  });
});

describe.skipIf(!hasProgram('ssh-keygen'))('a commit signed with SSH', () => {
  it('is good with an allowed signer, who is named', async () => {
    const key = sshKey('one');
    const folder = repoWith({ a: '1' });
    const commit = signedCommit(folder, key);
    const policy = { ...NOTHING, allowedSigners: allowedSigners([sshKey('other'), key]) };

    expect(await verifySigned(folder, { commit, tag: null }, policy, never)).toEqual({
      signers: ['signer1@example.com'],
    });
  });

  it('is refused with any other key, and without signature', async () => {
    const folder = repoWith({ a: '1' });
    const unsigned = git(folder, 'rev-parse', 'HEAD');
    const commit = signedCommit(folder, sshKey('mallory'));
    const policy = { ...NOTHING, allowedSigners: allowedSigners([sshKey('one')]) };

    await expect(verifySigned(folder, { commit, tag: null }, policy, never)).rejects.toThrow(refusedFor('unknown_key'));
    await expect(verifySigned(folder, { commit: unsigned, tag: null }, policy, never)).rejects.toThrow(
      refusedFor('unsigned'),
    );
  });

  it.each(['valid-before="20210101"', 'valid-after="20990101Z"', 'valid-before="soon"'])(
    'is refused with a key whose time is not now (%s), whatever date the commit claims',
    async (option) => {
      const key = sshKey('one');
      const folder = repoWith({ a: '1' });
      const commit = signedCommit(folder, key, 'signed', '2020-06-01T00:00:00Z');
      const policy = { ...NOTHING, allowedSigners: allowedSigners([key], option) };

      await expect(verifySigned(folder, { commit, tag: null }, policy, never)).rejects.toThrow(
        refusedFor('unknown_key'),
      );
    },
  );

  it('is refused with a revoked key', async () => {
    const key = sshKey('one');
    const folder = repoWith({ a: '1' });
    const commit = signedCommit(folder, key);
    const policy = { ...NOTHING, allowedSigners: allowedSigners([key]), revokedSigners: key.file };

    await expect(verifySigned(folder, { commit, tag: null }, policy, never)).rejects.toThrow(refusedFor('revoked_key'));
  });

  it('is refused where ssh-keygen is missing, and where the file of signers is', async () => {
    const key = sshKey('one');
    const folder = repoWith({ a: '1' });
    const commit = signedCommit(folder, key);
    const file = allowedSigners([key]);
    const gone = { ...NOTHING, allowedSigners: join(folder, 'gone') };
    await expect(verifySigned(folder, { commit, tag: null }, gone, never)).rejects.toThrow(refusedFor('unverified'));
    onlyPrograms('git');

    const judged = verifySigned(folder, { commit, tag: null }, { ...NOTHING, allowedSigners: file }, never);

    await expect(judged).rejects.toThrow(refusedFor('program_missing'));
  });

  it('is not vouched for by the configuration of its repo, or of the user', async () => {
    const key = sshKey('mallory');
    const folder = repoWith({ a: '1' });
    const commit = signedCommit(folder, key);
    const fake = script(join(folder, 'fake'), `echo 'Good "git" signature for root with ED25519 key SHA256:x'`);
    git(folder, 'config', 'gpg.ssh.program', fake);
    git(folder, 'config', 'gpg.program', fake);
    git(folder, 'config', 'gpg.ssh.allowedSignersFile', allowedSigners([key]));
    const policy = { ...NOTHING, allowedSigners: allowedSigners([sshKey('one')]) };

    await expect(verifySigned(folder, { commit, tag: null }, policy, never)).rejects.toThrow(refusedFor('unknown_key'));
  });

  it('is refused where no key is allowed at all', async () => {
    const folder = repoWith({ a: '1' });
    const commit = signedCommit(folder, sshKey('one'));

    await expect(verifySigned(folder, { commit, tag: null }, NOTHING, never)).rejects.toMatchObject({
      code: 'signature_refused',
      next: containing('name allowed signers'),
    });
  });
});

describe.skipIf(!hasProgram('ssh-keygen'))('a tag', () => {
  it('vouches for an unsigned commit where tags are verified, and not where both are', async () => {
    const key = sshKey('one');
    const folder = repoWith({ a: '1' });
    const commit = git(folder, 'rev-parse', 'HEAD');
    const signed = { commit, tag: { name: 'v1', object: signedTag(folder, key, 'v1') } };
    const policy = { ...NOTHING, allowedSigners: allowedSigners([key]) };

    expect((await verifySigned(folder, signed, { ...policy, mode: 'tag' }, never)).signers).toHaveLength(1);
    await expect(verifySigned(folder, signed, { ...policy, mode: 'both' }, never)).rejects.toThrow(
      refusedFor('unsigned'),
    );
  });

  it('of another version under this name is refused, and so is one without a signature, or none', async () => {
    const key = sshKey('one');
    const folder = repoWith({ a: '1' });
    const commit = git(folder, 'rev-parse', 'HEAD');
    const object = signedTag(folder, key, 'v1');
    git(folder, 'tag', '--annotate', '--message', 'x', 'v3');
    const unsigned = git(folder, 'rev-parse', 'refs/tags/v3');
    const policy: SignaturePolicy = { ...NOTHING, mode: 'tag', allowedSigners: allowedSigners([key]) };

    await expect(verifySigned(folder, { commit, tag: { name: 'v2', object } }, policy, never)).rejects.toThrow(
      refusedFor('misnamed'),
    );
    await expect(
      verifySigned(folder, { commit, tag: { name: 'v3', object: unsigned } }, policy, never),
    ).rejects.toThrow(refusedFor('unsigned'));
    await expect(verifySigned(folder, { commit, tag: null }, policy, never)).rejects.toThrow(refusedFor('unsigned'));
  });
});
