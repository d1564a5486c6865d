/** Labels. Those of ours and of Compose's are written, and never compared, not even where an image has them. */
import { type JsonObject, member } from '../../../model/json.ts';
import { LABEL, RESERVED_PREFIXES } from '../labels.ts';
import { withheldFrom, withheldLabel, withheldOf, withoutWithheld } from './from-image.ts';
import type { FieldGroup } from './group.ts';
import { membersOf, plainText } from './parts.ts';
import { secretPaths } from './seals.ts';

const FIELD = ['labels'] as const;

/** What engines are known to add by themselves. */
const INJECTED_PREFIXES: readonly string[] = ['desktop.docker.io/'];

export const labels: FieldGroup = {
  fields: [FIELD],
  imageDefaults: true,

  request(config, context) {
    const secrets = secretPaths(config);
    const declared = Object.entries(membersOf(member(config, FIELD[0])));
    const withheld = withheldFrom(config, context.image);
    return {
      config: {
        Labels: {
          ...Object.fromEntries(withheld.labels.map((name) => [name, ''])),
          ...Object.fromEntries(declared.map(([name, value]) => [name, plainText(value, context)])),
          ...context.labels,
          ...withheldLabel(withheld),
          ...(secrets.length === 0 ? {} : { [LABEL.secrets]: JSON.stringify(secrets) }),
        },
      },
    };
  },

  read(inspect, { image }) {
    const found = comparableLabels(inspect.Config.Labels);
    const { labels: withheld } = withheldOf(inspect);
    const ofImage = withoutWithheld(comparableLabels(image?.Config?.Labels), withheld, found);
    const injected = Object.entries(found).filter(([name]) => hasPrefix(name, INJECTED_PREFIXES));
    return {
      configured: { labels: withoutWithheld(found, withheld, found) },
      defaults: { labels: { ...Object.fromEntries(injected), ...ofImage } },
    };
  },
};

/** Without the labels that nobody declares. */
export function comparableLabels(found: Readonly<Record<string, string>> | null | undefined): JsonObject {
  return Object.fromEntries(Object.entries(found ?? {}).filter(([name]) => !hasPrefix(name, RESERVED_PREFIXES)));
}

function hasPrefix(name: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => name.startsWith(prefix));
}
