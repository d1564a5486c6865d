/**
 * Lifecycle hooks: nothing that a container has. They are kept with it, for when no manifest knows it any more, and are
 * never compared: a changed hook alone changes nothing that runs. What is secret in them is not written down.
 */
import { declaredHooks, HOOK_EVENTS } from '../../../model/hooks.ts';
import { isJsonObject, type Json, type JsonObject, member } from '../../../model/json.ts';
import { isSecret } from '../../../model/secret.ts';
import { LABEL } from '../labels.ts';
import type { FieldGroup } from './group.ts';
import { membersOf } from './parts.ts';
import { labelledJson } from './seals.ts';

export const hooks: FieldGroup = {
  fields: HOOK_EVENTS.map((event) => [event]),

  request(config) {
    const kept = Object.fromEntries(
      HOOK_EVENTS.map((event): [string, Json] => [event, (declaredHooks(config, event) ?? []).flatMap(withoutSecrets)]),
    );
    const isEmpty = Object.values(kept).every((list) => Array.isArray(list) && list.length === 0);
    return isEmpty ? {} : { config: { Labels: { [LABEL.hooks]: JSON.stringify(kept) } } };
  },

  read(inspect) {
    const found = labelledJson(inspect, LABEL.hooks);
    const known = HOOK_EVENTS.map((event): [string, Json] => [event, declaredHooks(found, event) ?? []]);
    return { configured: isJsonObject(found) ? Object.fromEntries(known) : {}, defaults: {} };
  },

  comparable: () => ({}),
};

/** A command that is built from a secret cannot be run without it, and is left out altogether. */
function withoutSecrets(hook: JsonObject): readonly JsonObject[] {
  const command = member(hook, 'command');
  if (Array.isArray(command) && command.some((word: Json) => isSecret(word))) return [];
  const environment = Object.entries(membersOf(member(hook, 'environment'))).filter(([, value]) => !isSecret(value));
  return [{ ...hook, environment: Object.fromEntries(environment) }];
}
