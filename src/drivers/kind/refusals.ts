/** What a cluster of this engine cannot be given, each with its exact field, so that it is an error at its line. */
import type { DesiredResource } from '../../model/desired.ts';
import { type FieldPath, fieldPath } from '../../model/field-path.ts';
import { isJsonObject, type Json, type JsonObject, member } from '../../model/json.ts';
import type { Facts } from '../../model/observed.ts';
import { holdsSecret } from '../../model/secret.ts';
import type { Unsupported } from '../driver.ts';
import { isMarkPath } from './marks.ts';
import { countOf } from './nodes/groups.ts';
import { badPatches, OPTION_NAMES, refusedOptions } from './options.ts';

export function refusals({ type, name, config }: DesiredResource, facts: Facts | null): readonly Unsupported[] {
  if (type !== 'cluster') return [refuse(fieldPath(), `kind runs clusters, and no ${type}s`, 'place it elsewhere')];
  if (facts !== null) return [];
  return [
    ...nameRefusals(name),
    ...nodeRefusals(config),
    ...mountRefusals(config),
    ...mirrorRefusals(config),
    ...optionRefusals(config),
    ...patchRefusals(config),
    ...secretRefusals(config),
  ];
}

/** Nodes are called after it, and a name of a host has at most 63 characters: kind warns beyond 50. */
const LONGEST_NAME = 50;

function nameRefusals(name: string): readonly Unsupported[] {
  const path = fieldPath('name');
  if (name.length > LONGEST_NAME)
    return [
      refuse(path, `the name of a cluster has at most ${LONGEST_NAME} characters`, `"${name}" has ${name.length}`),
    ];
  if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name)) return [];
  return [
    refuse(
      path,
      `no cluster can be called "${name}": its nodes bear its name`,
      'small letters, digits, - and . between them; `name:` sets it',
    ),
  ];
}

function nodeRefusals(config: JsonObject): readonly Unsupported[] {
  if (countOf(config, 'control_plane') > 0) return [];
  const path = fieldPath('nodes', 'control_plane', 'count');
  return [refuse(path, 'a cluster has at least one control plane node', 'leave it out for one')];
}

function mountRefusals(config: JsonObject): readonly Unsupported[] {
  return Object.entries(membersOf(config['mounts'])).flatMap(([path, mount]) => {
    const source = member(mount, 'host_path');
    const at = fieldPath('mounts', path);
    return [
      ...(isMarkPath(`${path}/`) || path === '/kind'
        ? [refuse(at, `"${path}" cannot be mounted: kind, and trueup, keep their own there`, 'take another node_path')]
        : []),
      ...(typeof source === 'string' && source.includes(':')
        ? [refuse(at, `"${source}" cannot be mounted: its path has a colon`, 'the engine takes it for an end')]
        : []),
    ];
  });
}

/** They become names of folders in nodes. */
function mirrorRefusals(config: JsonObject): readonly Unsupported[] {
  return Object.keys(membersOf(config['registry_mirrors']))
    .filter((registry) => !/^[a-zA-Z0-9][\w.-]*(:\d+)?$/.test(registry))
    .map((registry) =>
      refuse(
        fieldPath('registry_mirrors', registry),
        `"${registry}" is no registry`,
        'a host, with its port where it has one: `docker.io`, `localhost:5000`',
      ),
    );
}

function optionRefusals(config: JsonObject): readonly Unsupported[] {
  return refusedOptions(config).map(({ path, field }) => {
    const name = path.join('.');
    return field === null
      ? refuse(fieldPath('driver_options', ...path), `kind has no option "${name}"`, `it takes ${OPTION_NAMES}`)
      : refuse(fieldPath('driver_options', ...path), `"${name}" is a field of its own`, `declare ${field}`);
  });
}

function patchRefusals(config: JsonObject): readonly Unsupported[] {
  return badPatches(config).map(({ option, problem }) =>
    refuse(
      fieldPath('driver_options', option),
      `kind cannot read ${option}: ${problem}`,
      'it would say so once the nodes are made',
    ),
  );
}

/** Anybody who may ask the engine is shown them. */
function secretRefusals(config: JsonObject): readonly Unsupported[] {
  return ['driver_options', 'labels', 'nodes', 'registry_mirrors']
    .filter((name) => holdsSecret(config[name] ?? null))
    .map((name) =>
      refuse(fieldPath(name), `${name} cannot hold a secret: its nodes show it`, 'keep it in the cluster'),
    );
}

function membersOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function refuse(path: FieldPath, summary: string, detail: string): Unsupported {
  return { field_path: path, summary, detail };
}
