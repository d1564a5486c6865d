/**
 * What a container must not have from its image (model/from-image.ts). An engine takes nothing of an image away, so each
 * label and variable is given an empty value, and the health check is switched off. Which, a label of ours says: what is
 * withheld is read back as neither there nor a default, so that it differs from nothing that is declared.
 */
import { fromImageOf } from '../../../model/from-image.ts';
import { isJsonArray, type Json, type JsonObject, member, memberAt } from '../../../model/json.ts';
import type { ContainerInspect, HealthConfig, ImageInspect } from '../api/wire.ts';
import { LABEL, RESERVED_PREFIXES } from '../labels.ts';
import { labelledJson } from './seals.ts';

export interface Withheld {
  readonly labels: readonly string[];
  readonly variables: readonly string[];
  /** The health check, or of one that is declared how often it is made while the container starts. */
  readonly healthCheck: 'whole' | 'start_interval' | null;
}

const NOTHING: Withheld = { labels: [], variables: [], healthCheck: null };

/** Without it nothing is found to be run. */
const PATH = 'PATH';

/** Of a container that is to be made; what is declared takes the image's place anyway. */
export function withheldFrom(config: JsonObject, image: ImageInspect | null): Withheld {
  const from = fromImageOf(config);
  if (from === null || image === null) return NOTHING;
  const { Labels: labels, Env: variables, Healthcheck: check } = image.Config ?? {};
  const refused = (names: readonly string[], allowed: string, declared: Json): readonly string[] => {
    const pattern = new RegExp(`^(?:${allowed})$`, 'u');
    return [...new Set(names)].filter((name) => !pattern.test(name) && member(declared, name) === null);
  };
  return {
    labels: refused(Object.keys(labels ?? {}).filter(isForeign), from.labels, member(config, 'labels')),
    variables: refused(
      (variables ?? []).map((entry) => entry.split('=', 1)[0] ?? '').filter((name) => name !== '' && name !== PATH),
      from.environment_variables,
      member(config, 'environment_variables'),
    ),
    healthCheck: checkWithheld(member(config, 'health_check'), check ?? {}),
  };
}

/** All other times are sent with whatever is declared (health.ts). */
function checkWithheld(
  declared: Json,
  { Test: test, StartInterval: startInterval = 0 }: HealthConfig,
): Withheld['healthCheck'] {
  if (member(declared, 'test') === null) return (test ?? []).length > 0 ? 'whole' : null;
  return startInterval > 0 && member(declared, 'start_interval') === null ? 'start_interval' : null;
}

/** The label that says so; none where nothing is withheld. */
export function withheldLabel({ labels, variables, healthCheck }: Withheld): Readonly<Record<string, string>> {
  if (labels.length + variables.length === 0 && healthCheck === null) return {};
  return { [LABEL.withheld]: JSON.stringify({ labels, variables, health_check: healthCheck }) };
}

/** Of a container that was made. */
export function withheldOf(inspect: ContainerInspect): Withheld {
  const said = labelledJson(inspect, LABEL.withheld);
  if (said === null) return NOTHING;
  const check = memberAt(said, 'health_check');
  return {
    labels: textsIn(memberAt(said, 'labels')),
    variables: textsIn(memberAt(said, 'variables')),
    healthCheck: check === 'whole' || check === 'start_interval' ? check : null,
  };
}

/** Without those of these names that are empty on the container, as they are where they were withheld. */
export function withoutWithheld<T extends Json>(
  values: Readonly<Record<string, T>>,
  names: readonly string[],
  onContainer: Readonly<Record<string, Json>>,
): Readonly<Record<string, T>> {
  if (names.length === 0) return values;
  const gone = new Set(names.filter((name) => member(onContainer, name) === ''));
  return Object.fromEntries(Object.entries(values).filter(([name]) => !gone.has(name)));
}

/** Ours and Compose's are taken from every image. */
function isForeign(name: string): boolean {
  return !RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix));
}

function textsIn(value: Json): readonly string[] {
  return isJsonArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
