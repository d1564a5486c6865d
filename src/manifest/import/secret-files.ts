/** The files of secrets: one for each value, named after the variable, and after the service where a name has two values. */
import { type Address, keyOf } from '../../model/address.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ImportedSecret } from './imported.ts';

/** Beside the manifest. The folder is git-ignored as a whole. */
export const SECRETS_FOLDER = '.secrets';

/** What is written to the file, so that what is read from it is the value: one line break at its end is dropped then. */
export function secretFileText(plain: string): string {
  return plain.endsWith('\r') ? plain : `${plain}\n`;
}

export class SecretFiles {
  readonly #files = new Map<string, { readonly plain: string; readonly usedBy: string[] }>();
  /** Files by the name of the variable of the environment that reads them. */
  readonly #variables = new Map<string, string>();

  /** As the manifest names it. */
  fileFor(name: string, plain: string, address: Address): string {
    const file = this.#fileOf(name, plain, address);
    this.#use(file, plain, `${address} ${name}`);
    return pathOf(file);
  }

  /** The name of a variable that holds it, for texts of which it is a part. `user` says which text. */
  variableFor(
    { name, address }: { readonly name: string; readonly address: Address },
    plain: string,
    user: string,
  ): string {
    const file = this.#fileOf(name, plain, address);
    this.#use(file, plain, user);
    const wanted = file.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
    for (let number = 1; ; number += 1) {
      const variable = number === 1 ? wanted : `${wanted}_${number}`;
      if ((this.#variables.get(variable) ?? file) !== file) continue;
      this.#variables.set(variable, file);
      return variable;
    }
  }

  all(): readonly ImportedSecret[] {
    return [...this.#files].map(([file, { plain, usedBy }]) => ({ file, plain, used_by: usedBy }));
  }

  /** What the environment declares for `variableFor`. */
  variables(): JsonObject {
    return Object.fromEntries([...this.#variables].map(([variable, file]) => [variable, secretFrom(pathOf(file))]));
  }

  #fileOf(name: string, plain: string, address: Address): string {
    const bare = fileName(name);
    const own = `${keyOf(address)}.${bare}`;
    return [bare, own].find((one) => (this.#files.get(one)?.plain ?? plain) === plain) ?? this.#numbered(own);
  }

  #use(file: string, plain: string, user: string): void {
    const known = this.#files.get(file) ?? { plain, usedBy: [] };
    if (!known.usedBy.includes(user)) known.usedBy.push(user);
    this.#files.set(file, known);
  }

  #numbered(file: string): string {
    for (let number = 2; ; number += 1) {
      if (!this.#files.has(`${file}-${number}`)) return `${file}-${number}`;
    }
  }
}

/** `path` is relative to the manifest. */
export function secretFrom(path: string): JsonObject {
  return { secret: true, source: 'file', value: path };
}

function pathOf(file: string): string {
  return `${SECRETS_FOLDER}/${file}`;
}

/** Never hidden, never empty, and never outside of the folder. */
function fileName(name: string): string {
  return name
    .replaceAll(/[^A-Za-z0-9_.-]/g, '_')
    .replace(/^[.-]+|^$/, '_')
    .slice(0, 100);
}
