/**
 * What kwokctl has written down of a cluster: the commands that it starts, with all their arguments. What its processes were
 * started with is read from there, so that an edit of the file by hand is seen too. Pure.
 */
import { parse } from 'yaml';
import { isJsonArray, isJsonObject, type Json, type JsonObject, member } from '../../model/json.ts';

export interface Component {
  readonly name: string;
  readonly binary: string;
  readonly args: readonly string[];
}

export interface Settings {
  readonly components: readonly Component[];
}

const KIND = /^kind: KwokctlConfiguration$/m;

/** `null` for what kwokctl did not get to write down whole. The other documents of the file are none of ours. */
export function parseSettings(text: string): Settings | null {
  const own = text.split(/^---$/m).find((document) => KIND.test(document)) ?? '';
  let value: Json;
  try {
    value = parse(own) as Json;
  } catch {
    return null;
  }
  const listed = member(value, 'components');
  if (!isJsonArray(listed)) return null;
  const components = listed.filter(isJsonObject).flatMap(componentOf);
  return components.length === 0 ? null : { components };
}

function componentOf(value: JsonObject): readonly Component[] {
  const { name, binary, args } = value;
  if (typeof name !== 'string' || typeof binary !== 'string') return [];
  return [{ name, binary, args: (isJsonArray(args) ? args : []).filter((arg) => typeof arg === 'string') }];
}

/** The last one counts, as for the commands themselves; `null` where it is not given. */
function flagOf({ components }: Settings, component: string, flag: string): string | null {
  const prefix = `--${flag}=`;
  const args = components.find(({ name }) => name === component)?.args ?? [];
  return args.findLast((arg) => arg.startsWith(prefix))?.slice(prefix.length) ?? null;
}

export const API_SERVER = 'kube-apiserver';
export const CONTROLLER_MANAGER = 'kube-controller-manager';

/** The fields of a manifest that these arguments carry. */
export function readSettings(settings: Settings): JsonObject {
  return {
    feature_gates: gatesOf(flagOf(settings, API_SERVER, 'feature-gates')),
    service_subnet: flagOf(settings, API_SERVER, 'service-cluster-ip-range'),
    pod_subnet: flagOf(settings, CONTROLLER_MANAGER, 'cluster-cidr'),
  };
}

function gatesOf(text: string | null): JsonObject {
  const pairs = (text ?? '').split(',').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', value = ''] = pair.split('=');
      return [name, value.toLowerCase() === 'true'];
    }),
  );
}
