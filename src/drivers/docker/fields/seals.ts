/** Secrets of a container: which of its values were secret when it was made, its label says; what they were, nothing does. */
import { childPath, type FieldPath, fieldPath } from '../../../model/field-path.ts';
import { isJsonArray, type Json, type JsonObject, parseJson } from '../../../model/json.ts';
import { isSecret, type Sealer } from '../../../model/secret.ts';
import type { ContainerInspect } from '../api/wire.ts';
import { LABEL } from '../labels.ts';
import { membersOf } from './parts.ts';

/** The paths of all secrets within a part of a configuration. */
export function secretPaths(config: JsonObject): readonly FieldPath[] {
  return Object.entries(config).flatMap(([name, value]) => pathsWithin(value, fieldPath(name)));
}

function pathsWithin(value: Json, path: FieldPath): readonly FieldPath[] {
  if (isSecret(value)) return [path];
  if (isJsonArray(value)) return value.flatMap((item, index) => pathsWithin(item, `${path}[${index}]`));
  return Object.entries(membersOf(value)).flatMap(([name, child]) => pathsWithin(child, childPath(path, name)));
}

/** Seals what was a secret when the container was created. Which values were, its label says. */
export class Seals {
  readonly #paths: ReadonlySet<string>;
  readonly #sealer: Sealer;

  constructor(inspect: ContainerInspect, sealer: Sealer) {
    const listed = labelledJson(inspect, LABEL.secrets);
    this.#paths = new Set(isJsonArray(listed) ? listed.filter((path) => typeof path === 'string') : []);
    this.#sealer = sealer;
  }

  text(path: FieldPath, plain: string): Json {
    return this.#paths.has(path) ? this.#sealer.seal(plain) : plain;
  }

  words(path: FieldPath, plain: readonly string[]): readonly Json[] {
    return plain.map((word, index) => this.text(`${path}[${index}]`, word));
  }
}

/** What a label of ours holds; `null` where there is none, or one that cannot be read. */
export function labelledJson(inspect: ContainerInspect, label: string): Json {
  try {
    return parseJson(inspect.Config.Labels?.[label] ?? 'null');
  } catch {
    return null;
  }
}
