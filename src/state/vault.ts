/**
 * The secrets of the running command. Plain texts live here, in memory, and nowhere else; everybody else handles keyed
 * hashes, which are the same for the same text on this machine and say nothing without the key.
 */
import { createHmac } from 'node:crypto';
import { TrueupError } from '../model/failure.ts';
import type { NamingSealer, Vault } from '../model/secret.ts';
import { type Masker, masker } from './mask.ts';
import { secretKey, secretKeyPath } from './secret-key.ts';

export interface VaultOptions {
  /** Whether a missing key is made and kept. Without it the key is of this command alone, and nothing is written. */
  readonly persist: boolean;
  /** Where the key lies; by default in the user's XDG state folder. */
  readonly keyPath?: string;
  /** Told of every secret, too: for who masks what comes from several vaults. */
  readonly masker?: Masker;
}

/** Opens the vault under this user's key. A key that others may read, or of the wrong length, is an error. */
export async function openVault(options: VaultOptions): Promise<Vault & NamingSealer> {
  const key = await secretKey(options.keyPath ?? secretKeyPath(), options.persist);
  const plainTexts = new Map<string, string>();
  const known = options.masker ?? masker();
  const hashOf = (text: string): string => createHmac('sha256', key).update(text, 'utf8').digest('hex');
  return {
    seal(plain) {
      const hash = hashOf(plain);
      if (!plainTexts.has(hash)) {
        plainTexts.set(hash, plain);
        known.add(plain);
      }
      return { $secret: hash };
    },
    reveal(secret) {
      const plain = plainTexts.get(secret.$secret);
      if (plain !== undefined) return plain;
      throw new TrueupError('secret_unavailable', 'A secret is needed whose value this command has not resolved', {
        next: 'Check that the manifests still declare it and that its source can be read.',
      });
    },
    // Never the hash of a secret that says the same.
    name: (text) => hashOf(`name\0${text}`),
    mask: (text) => known.mask(text),
  };
}
