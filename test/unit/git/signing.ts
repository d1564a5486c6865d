/** Keys for tests, made on the spot, and commits and tags that are signed with them. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { script } from './remote-repo.ts';
import { git, gitWith, scratchFolder } from './scratch-repo.ts';

export interface TestKey {
  /** Options of git that make it sign with this key. */
  readonly options: readonly string[];
  /** The public key, in a file. */
  readonly file: string;
}

export interface GpgKeyring {
  key(name: string, options?: { readonly expired?: boolean; readonly revoked?: boolean }): TestKey;
}

export function hasProgram(name: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export function gpgKeyring(): GpgKeyring {
  // Sockets of the agent have short paths.
  const home = mkdtempSync(join(tmpdir(), 'tk-'));
  const env = { PATH: process.env['PATH'], GNUPGHOME: home, HOME: home, LC_ALL: 'C' };
  onTestFinished(() => {
    execFileSync('gpgconf', ['--kill', 'all'], { env, stdio: 'ignore' });
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });
  function gpg(...args: readonly string[]): string {
    const unattended = ['--batch', '--no-tty', '--yes', '--pinentry-mode', 'loopback', '--passphrase', ''];
    return execFileSync('gpg', [...unattended, ...args], { env, encoding: 'utf8', stdio: 'pipe' });
  }
  return {
    key(name, { expired = false, revoked = false } = {}) {
      const past = expired ? ['--faked-system-time', '20200101T000000'] : [];
      gpg(
        ...past,
        '--quick-generate-key',
        `${name} <${name}@example.com>`,
        'ed25519',
        'sign',
        expired ? '10d' : 'never',
      );
      const fingerprint = /^fpr:+([0-9A-F]+):/m.exec(gpg('--with-colons', '--list-keys', name))?.[1] ?? '';
      const program = script(join(home, `sign-${name}`), `GNUPGHOME='${home}' exec gpg ${past.join(' ')} "$@"`);
      if (revoked) {
        const folder = join(home, 'openpgp-revocs.d');
        const certificate = readdirSync(folder).find((file) => file.startsWith(fingerprint)) ?? '';
        const text = readFileSync(join(folder, certificate), 'utf8').replace(':-----BEGIN', '-----BEGIN');
        writeFileSync(join(home, 'revocation'), text);
      }
      const file = join(home, `${name}.asc`);
      return {
        options: ['-c', 'gpg.format=openpgp', '-c', `gpg.program=${program}`, '-c', `user.signingKey=${fingerprint}`],
        get file() {
          if (revoked) gpg('--import', join(home, 'revocation'));
          writeFileSync(file, gpg('--armor', '--export', fingerprint));
          return file;
        },
      };
    },
  };
}

export function sshKey(name: string): TestKey {
  const folder = join(scratchFolder(), name);
  mkdirSync(folder);
  const path = join(folder, 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', path]);
  return {
    options: ['-c', 'gpg.format=ssh', '-c', `user.signingKey=${path}.pub`],
    file: `${path}.pub`,
  };
}

/** A file of allowed signers. */
export function allowedSigners(keys: readonly TestKey[], options = ''): string {
  const file = join(scratchFolder(), 'allowed');
  const lines = keys.map((key, index) => `signer${index}@example.com ${options} ${readFileSync(key.file, 'utf8')}`);
  writeFileSync(file, lines.join(''));
  return file;
}

export function signedCommit(folder: string, key: TestKey, message = 'signed', committed?: string): string {
  // git takes the date of the committer from its environment alone.
  const dated = committed === undefined ? {} : { GIT_COMMITTER_DATE: committed };
  gitWith(dated, folder, ...key.options, 'commit', '--quiet', '--allow-empty', '-S', '--message', message);
  return git(folder, 'rev-parse', 'HEAD');
}

/** The id of the tag object. */
export function signedTag(folder: string, key: TestKey, name: string): string {
  git(folder, ...key.options, 'tag', '--sign', '--message', name, name);
  return git(folder, 'rev-parse', `refs/tags/${name}`);
}
