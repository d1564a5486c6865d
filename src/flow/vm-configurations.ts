/** The next version of a VM's configuration, where what was applied is another one than before. Pure. */
import { createHash } from 'node:crypto';
import { parse, stringify, YAMLError } from 'yaml';
import { differingFields } from '../diff/fields.ts';
import { type Address, keyOf } from '../model/address.ts';
import type { ConfigurationVersion } from '../model/configuration-history.ts';
import type { Revision } from '../model/desired.ts';
import { canonicalJson, isJsonObject, type Json, type JsonObject, memberAt } from '../model/json.ts';
import { fieldText } from '../report/field-text.ts';
import { hideSecretsIn } from '../report/secret-marks.ts';
import { valuePair } from '../report/value-text.ts';
import { plural } from '../report/words.ts';

export interface AppliedConfiguration {
  readonly environment: string;
  readonly address: Address;
  readonly config: JsonObject;
  readonly revision: Revision;
}

/** The one that was kept last. */
export type VersionBefore = Pick<ConfigurationVersion, 'version' | 'digest' | 'content'>;

/** `null` where it is the one that was applied before. `at` is ISO 8601. */
export function nextVersion(
  { environment, address, config, revision }: AppliedConfiguration,
  before: VersionBefore | null,
  { id, at }: { readonly id: string; readonly at: string },
): ConfigurationVersion | null {
  const digest = createHash('sha256').update(canonicalJson(config)).digest('hex');
  if (before?.digest === digest) return null;
  const shown = shownOf(config);
  return {
    id,
    configId: `${environment}/${address}`,
    version: (before?.version ?? 0) + 1,
    content: contentOf(address, config),
    changeDescription:
      before === null ? 'the first that is known' : descriptionOf(shown, configIn(before, keyOf(address))),
    createdAt: at,
    revision: { commit: revision.commit, dirty: revision.dirty },
    digest,
  };
}

/** What a manifest would say, as YAML: with defaults filled in, and secrets hidden. */
export function contentOf(address: Address, config: JsonObject): string {
  return stringify({ vms: { [keyOf(address)]: shownOf(config) } });
}

const MOST_FIELDS = 5;

/** Of what can be shown: secrets are hidden on both sides. */
function descriptionOf(config: JsonObject, before: JsonObject | null): string {
  if (before === null) return 'the version before cannot be read';
  const fields = differingFields(config, before).map(({ path, desired, observed }) => {
    const values = valuePair(observed, desired, 'after');
    return `${fieldText(path)} ${values.before} → ${values.after}`;
  });
  if (fields.length === 0) return 'a secret value';
  const more = fields.length - MOST_FIELDS;
  const shown = fields.slice(0, MOST_FIELDS).join('; ');
  return more > 0 ? `${shown}; and ${plural(more, 'more field')}` : shown;
}

/** The same with these fields as they were before; one that cannot be told is as it is. */
export function withFieldsOf(
  config: JsonObject,
  before: VersionBefore | null,
  address: Address,
  fields: ReadonlySet<string>,
): JsonObject {
  const known = before === null ? null : configIn(before, keyOf(address));
  if (known === null) return config;
  const kept = { ...config };
  for (const name of fields) kept[name] = known[name] ?? null;
  return kept;
}

/** `null` where somebody has edited what was kept. */
function configIn({ content }: VersionBefore, key: string): JsonObject | null {
  try {
    const config = memberAt(parse(content) as Json, 'vms', key);
    return isJsonObject(config) ? config : null;
  } catch (error) {
    if (error instanceof YAMLError) return null;
    throw error;
  }
}

/** A manifest says nothing of what is not set. */
function shownOf(config: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(hideSecretsIn(config)).filter(([, value]) => value !== null));
}
