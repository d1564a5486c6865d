/** The files of secrets: one for each value, named after the variable, and after the service where a name has two values. */
import { type Address, keyOf } from '../../model/address.ts';
import type { ImportedSecret } from './imported.ts';

/** Beside the manifest. The folder is git-ignored as a whole. */
export const SECRETS_FOLDER = '.secrets';

export class SecretFiles {
  readonly #files = new Map<string, { readonly plain: string; readonly usedBy: string[] }>();

  /** As the manifest names it. */
  fileFor(name: string, plain: string, address: Address): string {
    const bare = fileName(name);
    const own = `${keyOf(address)}.${bare}`;
    const file = [bare, own].find((one) => (this.#files.get(one)?.plain ?? plain) === plain) ?? this.#numbered(own);
    const known = this.#files.get(file) ?? { plain, usedBy: [] };
    known.usedBy.push(`${address} ${name}`);
    this.#files.set(file, known);
    return `${SECRETS_FOLDER}/${file}`;
  }

  all(): readonly ImportedSecret[] {
    return [...this.#files].map(([file, { plain, usedBy }]) => ({ file, plain, used_by: usedBy }));
  }

  #numbered(file: string): string {
    for (let number = 2; ; number += 1) {
      if (!this.#files.has(`${file}-${number}`)) return `${file}-${number}`;
    }
  }
}

/** Never hidden, and never outside of the folder. */
function fileName(name: string): string {
  return name
    .replaceAll(/[^A-Za-z0-9_.-]/g, '_')
    .replace(/^[.-]+/, '_')
    .slice(0, 100);
}
