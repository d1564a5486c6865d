/**
 * The keys that the operator allows, made ready for one verification: a keyring of its own for GPG, and for SSH the lines of
 * the allowed signers that are valid today, because git asks whether a key was valid at the time that the commit claims.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TrueupError } from '../model/failure.ts';
import { signersValidAt } from './allowed-signers.ts';

export interface SignatureKeys {
  /** A file as `ssh-keygen` has it; `null` where no SSH signature counts. Absolute. */
  readonly allowedSigners: string | null;
  /** Of SSH keys that count no longer: public keys, or a list as `ssh-keygen -k` makes it. Absolute. */
  readonly revokedSigners: string | null;
  /** Files with public keys of GPG. Absolute. */
  readonly gpgKeys: readonly string[];
}

export interface PreparedKeys extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  readonly config: readonly string[];
  /** Of primary keys and subkeys of GPG. */
  readonly fingerprints: ReadonlySet<string>;
}

/** Disposing of it removes the keyring, and ends what gpg left running for it. */
export async function preparedKeys(keys: SignatureKeys, signal: AbortSignal): Promise<PreparedKeys> {
  const { allowedSigners, revokedSigners, gpgKeys } = keys;
  if (allowedSigners === null && gpgKeys.length === 0) {
    throw refused('signatures are asked for, and no key is allowed', 'unknown_key', 'name allowed signers or GPG keys');
  }
  // A socket path of gpg's agent has to fit in it.
  const home = await mkdtemp(join(tmpdir(), 'trueup-keys-'));
  try {
    const signers = join(home, 'allowed_signers');
    const text = allowedSigners === null ? '' : await readKey(allowedSigners);
    await writeFile(signers, signersValidAt(text, new Date()), { mode: 0o600 });
    if (revokedSigners !== null) await readKey(revokedSigners);
    const fingerprints = await imported(home, gpgKeys, signal);
    const config = {
      'gpg.program': 'gpg',
      'gpg.ssh.program': 'ssh-keygen',
      'gpg.x509.program': 'false',
      'gpg.ssh.allowedSignersFile': signers,
      'gpg.ssh.revocationFile': revokedSigners ?? '',
      'gpg.minTrustLevel': 'undefined',
    };
    return {
      env: { GNUPGHOME: home, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
      config: Object.entries(config).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
      fingerprints,
      [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true, maxRetries: 3 }),
    };
  } catch (error) {
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
    throw error;
  }
}

async function imported(home: string, files: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>> {
  if (files.length === 0) return new Set();
  for (const file of files) await readKey(file);
  const { execa } = await import('execa');
  const gpg = async (...args: readonly string[]): Promise<string> => {
    const done = await execa('gpg', ['--batch', '--no-tty', '--no-autostart', ...args], {
      env: { GNUPGHOME: home, LC_ALL: 'C' },
      stdin: 'ignore',
      timeout: 30_000,
      reject: false,
      cancelSignal: signal,
    });
    signal.throwIfAborted();
    if (done.exitCode === 0) return done.stdout;
    const isMissing = done.code === 'ENOENT' || done.code === 'EACCES';
    if (isMissing) throw refused('gpg is not installed, or not on the PATH', 'program_missing', 'install GnuPG');
    throw refused(`gpg cannot read ${files.join(', ')}: ${done.stderr}`, 'unverified', 'name files with public keys');
  };
  await gpg('--import', ...files);
  const listed = await gpg('--with-colons', '--fingerprint', '--fingerprint', '--list-keys');
  return new Set([...listed.matchAll(/^fpr:+([0-9A-F]+):/gm)].map(([, fingerprint = '']) => fingerprint));
}

async function readKey(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw refused(`the allowed keys in ${path} cannot be read: ${reason}`, 'unverified', 'correct the path', error);
  }
}

function refused(message: string, reason: string, next: string, cause?: unknown): TrueupError {
  return new TrueupError('signature_refused', `nothing can be verified: ${message}`, {
    cause,
    fields: { reason },
    next,
  });
}
