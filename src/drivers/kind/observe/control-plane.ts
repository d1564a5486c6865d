/**
 * What a control plane is started with: the manifests that its node runs as pods, with all their arguments. What a cluster was made
 * with is read from there, so that an edit by hand is seen too. Pure.
 */
import { parse } from 'yaml';
import { isJsonArray, type Json, type JsonObject, member, memberAt } from '../../../model/json.ts';
import type { NodeFiles } from './node-files.ts';

/** Where they are in a node. */
export const CONTROL_PLANE_FOLDER = '/etc/kubernetes';
export const ADMIN_FILE = 'admin.conf';

const API_SERVER = 'kube-apiserver';
const CONTROLLER_MANAGER = 'kube-controller-manager';

export interface ControlPlane {
  /** Without the `v`; `null` where nothing says it. */
  readonly version: string | null;
  readonly fields: JsonObject;
}

export function readControlPlane(files: NodeFiles): ControlPlane {
  const [server, manager] = [containerOf(files, API_SERVER), containerOf(files, CONTROLLER_MANAGER)];
  const image = member(server, 'image');
  return {
    version: typeof image === 'string' ? (/:v(\d+\.\d+\.\d+[^@]*)/.exec(image)?.[1] ?? null) : null,
    fields: {
      feature_gates: gatesOf(flagOf(server, 'feature-gates')),
      service_subnet: flagOf(server, 'service-cluster-ip-range'),
      pod_subnet: flagOf(manager, 'cluster-cidr'),
    },
  };
}

function containerOf(files: NodeFiles, name: string): Json {
  const containers = memberAt(parsed(files.get(`manifests/${name}.yaml`) ?? ''), 'spec', 'containers');
  return isJsonArray(containers) ? (containers[0] ?? null) : null;
}

function parsed(text: string): Json {
  try {
    return parse(text) as Json;
  } catch {
    return null;
  }
}

/** The last one counts, as for the command itself. */
function flagOf(container: Json, flag: string): string | null {
  const command = member(container, 'command');
  const prefix = `--${flag}=`;
  const words = (isJsonArray(command) ? command : []).filter((word) => typeof word === 'string');
  return words.findLast((word) => word.startsWith(prefix))?.slice(prefix.length) ?? null;
}

/** Gates of one component alone are written with its name before a colon: they are no gates of the cluster. */
function gatesOf(text: string | null): JsonObject {
  const pairs = (text ?? '').split(',').filter((pair) => pair.includes('=') && !pair.includes(':'));
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', value = ''] = pair.split('=');
      return [name, value.toLowerCase() === 'true'];
    }),
  );
}
