/**
 * `driver_options`: what a configuration file of kind has beyond the fields of a cluster, in kind's own words. What a field says
 * already is refused there, so that nothing is said twice. Pure.
 */
import { parse } from 'yaml';
import { isJsonArray, isJsonObject, type Json, type JsonObject, member } from '../../model/json.ts';

/** The node image, whatever the version says; kind itself takes it beside the file. */
export const IMAGE_OPTION = 'image';

const OPTIONS: readonly string[] = [
  IMAGE_OPTION,
  'networking',
  'runtimeConfig',
  'kubeadmConfigPatches',
  'kubeadmConfigPatchesJSON6902',
  'containerdConfigPatches',
  'containerdConfigPatchesJSON6902',
];

/** By their paths, the fields that say it. */
const SAID_BY_FIELDS: Readonly<Record<string, string>> = {
  name: 'name',
  nodes: 'nodes',
  featureGates: 'feature_gates',
  'networking.podSubnet': 'pod_subnet',
  'networking.serviceSubnet': 'service_subnet',
};

export interface RefusedOption {
  readonly path: readonly string[];
  /** The field that says it; `null` where kind knows nothing of the kind. */
  readonly field: string | null;
}

export function optionsOf(config: JsonObject): JsonObject {
  const options = config['driver_options'] ?? null;
  return isJsonObject(options) ? options : {};
}

export function refusedOptions(config: JsonObject): readonly RefusedOption[] {
  const options = optionsOf(config);
  const networking: Json = options['networking'] ?? null;
  const paths = [
    ...Object.keys(options).map((name) => [name]),
    ...(isJsonObject(networking) ? Object.keys(networking).map((name) => ['networking', name]) : []),
  ];
  return paths.flatMap((path) => {
    const field = SAID_BY_FIELDS[path.join('.')] ?? null;
    return field !== null || (path.length === 1 && !OPTIONS.includes(path[0] ?? '')) ? [{ path, field }] : [];
  });
}

export interface BadPatch {
  readonly option: string;
  readonly problem: string;
}

/** Patches that kind could not read, which it would say only once the nodes are there. */
export function badPatches(config: JsonObject): readonly BadPatch[] {
  const options = optionsOf(config);
  return [
    ...problemsOf(options, 'kubeadmConfigPatches', mergePatchProblem),
    ...problemsOf(options, 'kubeadmConfigPatchesJSON6902', jsonPatchProblem),
    ...problemsOf(options, 'containerdConfigPatches', textProblem),
    ...problemsOf(options, 'containerdConfigPatchesJSON6902', textProblem),
  ];
}

type ProblemOf = (patch: Json) => string | null;

function problemsOf(options: JsonObject, name: string, problemOf: ProblemOf): readonly BadPatch[] {
  const patches = options[name] ?? [];
  if (!isJsonArray(patches)) return [{ option: name, problem: 'it is no list of patches' }];
  return patches.flatMap((patch, index) => {
    const problem = problemOf(patch);
    return problem === null ? [] : [{ option: name, problem: `patch ${index + 1} ${problem}` }];
  });
}

function textProblem(patch: Json): string | null {
  return typeof patch === 'string' ? null : 'is no text: write it behind a `|`';
}

/** As kind has it, it is for the document of its `kind`. */
function mergePatchProblem(patch: Json): string | null {
  if (typeof patch !== 'string') return textProblem(patch);
  const value = yamlOf(patch);
  if (value === undefined) return 'is no YAML';
  return typeof member(value, 'kind') === 'string' ? null : 'does not say the `kind` of what it is for';
}

function jsonPatchProblem(patch: Json): string | null {
  const text = member(patch, 'patch');
  if (typeof member(patch, 'kind') !== 'string' || typeof text !== 'string')
    return 'needs `group`, `version`, `kind` and `patch`';
  return isJsonArray(yamlOf(text) ?? null) ? null : 'has a `patch` that is no list of operations';
}

function yamlOf(text: string): Json | undefined {
  try {
    return parse(text) as Json;
  } catch {
    return undefined;
  }
}

export const OPTION_NAMES: string = OPTIONS.join(', ');
