/** The next version of a VM's configuration, where what was applied is another one than before. Pure. */
import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { differingFields } from '../diff/fields.ts';
import { type Address, keyOf } from '../model/address.ts';
import type { ConfigurationVersion } from '../model/configuration-history.ts';
import type { Revision } from '../model/desired.ts';
import { canonicalJson, type JsonObject } from '../model/json.ts';
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

export interface VersionBefore {
  readonly version: Pick<ConfigurationVersion, 'version' | 'digest'>;
  /** As it was recorded then; `null` where that is forgotten. */
  readonly config: JsonObject | null;
}

/** `null` where it is the one that was applied before. `at` is ISO 8601. */
export function nextVersion(
  { environment, address, config, revision }: AppliedConfiguration,
  before: VersionBefore | null,
  { id, at }: { readonly id: string; readonly at: string },
): ConfigurationVersion | null {
  const digest = createHash('sha256').update(canonicalJson(config)).digest('hex');
  if (before?.version.digest === digest) return null;
  return {
    id,
    configId: `${environment}/${address}`,
    version: (before?.version.version ?? 0) + 1,
    content: stringify({ vms: { [keyOf(address)]: withoutUnset(hideSecretsIn(config)) } }),
    changeDescription: descriptionOf(config, before),
    createdAt: at,
    revision: { commit: revision.commit, dirty: revision.dirty },
    digest,
  };
}

const MOST_FIELDS = 5;

function descriptionOf(config: JsonObject, before: VersionBefore | null): string {
  if (before === null) return 'the first that is known';
  if (before.config === null) return 'what was applied before is forgotten';
  const fields = differingFields(config, before.config).map(({ path, desired, observed }) => {
    const values = valuePair(observed, desired, 'after');
    return `${fieldText(path)} ${values.before} → ${values.after}`;
  });
  const more = fields.length - MOST_FIELDS;
  const shown = fields.slice(0, MOST_FIELDS).join('; ');
  return more > 0 ? `${shown}; and ${plural(more, 'more field')}` : shown;
}

/** A manifest says nothing of what is not set. */
function withoutUnset(config: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
}
