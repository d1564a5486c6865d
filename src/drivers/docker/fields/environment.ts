/** Environment variables. What is declared comes over the image's own; one of the image's can be emptied, and not taken away. */
import { childPath, fieldPath } from '../../../model/field-path.ts';
import { type Json, member } from '../../../model/json.ts';
import type { DockerFacts } from '../facts.ts';
import { withheldFrom, withheldOf, withoutWithheld } from './from-image.ts';
import type { FieldGroup } from './group.ts';
import { membersOf, plainText } from './parts.ts';
import { Seals } from './seals.ts';

const FIELD = ['environment_variables'] as const;

/** What engines are known to add by themselves. */
const INJECTED: Readonly<Record<string, readonly string[]>> = {
  podman: ['HOME', 'HOSTNAME', 'PATH', 'TERM', 'container'],
};

export const environment: FieldGroup = {
  fields: [FIELD],
  imageDefaults: true,

  request(config, context) {
    const declared = Object.entries(membersOf(member(config, FIELD[0]))).filter(([, value]) => value !== null);
    const withheld = withheldFrom(config, context.image).variables;
    if (declared.length + withheld.length === 0) return {};
    const given = declared.map(([name, value]) => `${name}=${plainText(value, context)}`);
    return { config: { Env: [...withheld.map((name) => `${name}=`), ...given] } };
  },

  read(inspect, { image, sealer, facts }) {
    const seals = new Seals(inspect, sealer);
    const variables = variablesOf(inspect.Config.Env);
    const sealed = [...variables].map(([name, value]): [string, Json] => [
      name,
      seals.text(childPath(fieldPath(...FIELD), name), value),
    ]);
    const injected = injectedNames(facts).flatMap((name): [string, string][] => {
      const value = variables.get(name);
      return value === undefined ? [] : [[name, value]];
    });
    const [found, ofImage] = [Object.fromEntries(variables), Object.fromEntries(variablesOf(image?.Config?.Env))];
    const { variables: withheld } = withheldOf(inspect);
    const defaults = { ...Object.fromEntries(injected), ...withoutWithheld(ofImage, withheld, found) };
    return {
      configured: { environment_variables: withoutWithheld(Object.fromEntries(sealed), withheld, found) },
      defaults: { environment_variables: defaults },
    };
  },
};

/** Of two values for one name the last counts. A name alone keeps the image's variable out. */
function variablesOf(list: readonly string[] | null | undefined): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const entry of list ?? []) {
    const equals = entry.indexOf('=');
    if (equals === -1) variables.delete(entry);
    else variables.set(entry.slice(0, equals), entry.slice(equals + 1));
  }
  return variables;
}

function injectedNames({ kind }: DockerFacts): readonly string[] {
  return INJECTED[kind] ?? [];
}
