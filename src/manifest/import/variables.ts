/** Environment variables of a service; what looks like a secret is named, and stands in a file that git does not hold. */
import { type Json, type JsonObject, jsonEqual, member } from '../../model/json.ts';
import type { Draft } from './draft.ts';
import { fitsName } from './fits.ts';
import { looksSecret } from './looks-secret.ts';
import type { SecretFiles } from './secret-files.ts';
import { escaped, objectAt } from './values.ts';

const FIELD = 'environment_variables';

export interface ImportedVariables {
  /** With the dollars of the manifest. */
  readonly tree: JsonObject;
  /** All of the service's own, as they are. */
  readonly plain: Readonly<Record<string, string>>;
}

export function importedVariables(
  configured: JsonObject,
  defaults: JsonObject,
  secrets: SecretFiles,
  draft: Draft,
): ImportedVariables {
  const usual = objectAt(defaults, FIELD);
  // Pairs, since a variable may have any name.
  const tree: [string, Json][] = [];
  const plain: [string, string][] = [];
  for (const [name, value] of Object.entries(objectAt(configured, FIELD))) {
    if (typeof value !== 'string' || jsonEqual(value, member(usual, name))) continue;
    if (!fitsName([FIELD], name)) {
      draft.leaveOut([FIELD, name], 'no manifest sets a variable of this name');
      continue;
    }
    plain.push([name, value]);
    const file = looksSecret(name, value) ? secrets.fileFor(name, value, draft.address) : null;
    const written = file === null ? escaped(value) : { secret: true, source: 'file', value: file };
    tree.push([name, written]);
  }
  return { tree: Object.fromEntries(tree), plain: Object.fromEntries(plain) };
}
