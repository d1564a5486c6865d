/** What looks like a secret where only a text may stand: it is in the manifest as it is, and who commits that has to know. */
import { isJsonArray, type JsonObject } from '../../model/json.ts';
import type { Draft } from './draft.ts';
import { looksSecret } from './looks-secret.ts';
import { objectAt } from './values.ts';

const MAPS: readonly (readonly string[])[] = [['labels'], ['driver_opts']];
const WORDS: readonly (readonly string[])[] = [
  ['container', 'command'],
  ['container', 'entrypoint'],
  ['health_check', 'test'],
];

/** `tree` is what is declared. */
export function warnOfPlainSecrets(tree: JsonObject, draft: Draft): void {
  for (const path of MAPS) {
    for (const [name, value] of Object.entries(objectAt(tree, ...path))) {
      if (typeof value === 'string' && looksSecret(name, value)) warn([...path, name], draft);
    }
  }
  for (const path of WORDS) {
    const words = objectAt(tree, path[0] ?? '')[path[1] ?? ''] ?? null;
    if (isJsonArray(words) ? words.some(isTelling) : isTelling(words)) warn(path, draft);
  }
}

/** `--password=x` names itself; a text may show by its form what it is. */
function isTelling(word: unknown): boolean {
  if (typeof word !== 'string') return false;
  const [, name = '', value = word] = /^-+([A-Za-z0-9_-]+)=(.+)$/s.exec(word) ?? [];
  return looksSecret(name, value);
}

function warn(path: readonly string[], draft: Draft): void {
  draft.note(
    'plain_secret',
    `${path.join('.')} looks like a secret, and stands in the manifest: make it a secret variable first`,
  );
}
