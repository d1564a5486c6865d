/**
 * What looks like a secret where only a text may stand: it is in the manifest as it is, and who commits that has to know. What
 * is known to be one is looked for in everything that is declared.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { looksSecret } from '../../model/looks-secret.ts';
import { secretSpans } from '../../model/secret-spans.ts';
import type { Draft } from './draft.ts';
import type { Secrets } from './secrets.ts';

/** Maps in which anybody may write anything. */
const OPEN: ReadonlySet<string> = new Set(['labels', 'driver_opts']);
/** Nothing secret is left in them. */
const MENDED: ReadonlySet<string> = new Set(['environment_variables', 'command', 'entrypoint', 'test']);

/** `tree` is what is declared. */
export function warnOfPlainSecrets(tree: JsonObject, secrets: Secrets, draft: Draft): void {
  for (const path of tellingPaths(tree, [], secrets)) {
    draft.note(
      'plain_secret',
      `${path.join('.')} looks like a secret, and stands in the manifest, which can hold none there: take it out first`,
    );
  }
}

function* tellingPaths(value: Json, path: readonly string[], secrets: Secrets): Generator<readonly string[]> {
  const name = path.at(-1) ?? '';
  if (typeof value === 'string') {
    const isOpen = OPEN.has(path.at(-2) ?? '');
    if (secrets.isIn(value) || (isOpen && (looksSecret(name, value) || secretSpans(value).length > 0))) yield path;
  } else if (isJsonArray(value)) {
    // Once for all of the items.
    if (value.some((item) => tellingPaths(item, path, secrets).next().done !== true)) yield path;
  } else if (isJsonObject(value) && !MENDED.has(name)) {
    for (const [key, child] of Object.entries(value)) {
      if (!MENDED.has(key)) yield* tellingPaths(child, [...path, key], secrets);
    }
  }
}
