/**
 * `driver_options`: what a configuration file of kind has beyond the fields of a cluster, in kind's own words. What a field says
 * already is refused there, so that nothing is said twice. Pure.
 */
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';

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

export const OPTION_NAMES: string = OPTIONS.join(', ');
