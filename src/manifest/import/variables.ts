/** Environment variables of a service; what looks like a secret is named, and stands in a file that git does not hold. */
import type { ForeignObject } from '../../model/foreign.ts';
import { compareText, type Json, type JsonObject, jsonEqual, member } from '../../model/json.ts';
import type { Draft } from './draft.ts';
import { fitsName } from './fits.ts';
import type { Secrets } from './secrets.ts';
import { objectAt } from './values.ts';

const FIELD = 'environment_variables';

export interface ImportedVariables {
  /** With the dollars of the manifest. */
  readonly tree: JsonObject;
  /** All of the service's own, as they are. */
  readonly plain: Readonly<Record<string, string>>;
}

/** Of the service's own, not of its image: in the order in which they were given, unless a tool did that, which has none. */
export function ownVariables({ object, place }: ForeignObject): readonly (readonly [string, string])[] {
  const { configured, defaults = {} } = object;
  const usual = objectAt(defaults, FIELD);
  const own = Object.entries(objectAt(configured, FIELD)).flatMap(([name, value]): [string, string][] =>
    typeof value !== 'string' || jsonEqual(value, member(usual, name)) ? [] : [[name, value]],
  );
  return place === null ? own : own.toSorted(([left], [right]) => compareText(left, right));
}

export function importedVariables(foreign: ForeignObject, secrets: Secrets, draft: Draft): ImportedVariables {
  // Pairs, since a variable may have any name.
  const tree: [string, Json][] = [];
  const plain: [string, string][] = [];
  for (const [name, value] of ownVariables(foreign)) {
    if (!fitsName([FIELD], name)) {
      draft.leaveOut([FIELD, name], 'no manifest sets a variable of this name');
      continue;
    }
    plain.push([name, value]);
    tree.push([name, secrets.variable(name, value, draft.address)]);
  }
  return { tree: Object.fromEntries(tree), plain: Object.fromEntries(plain) };
}
