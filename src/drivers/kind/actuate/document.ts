/** From a configuration to a configuration file of kind. Pure. */
import { stringify } from 'yaml';
import { isJsonArray, isJsonObject, type Json, type JsonObject, member, scalarText } from '../../../model/json.ts';
import type { Ownership } from '../../../model/observed.ts';
import { MARK_SOURCE, markPath } from '../marks.ts';
import { countOf, type Group, GROUPS, GROUP_NAMES } from '../nodes/groups.ts';
import { MIRRORS_FOLDER } from '../nodes/mirrors.ts';
import { IMAGE_OPTION, optionsOf } from '../options.ts';

export function clusterDocument(config: JsonObject, ownership: Ownership): string {
  const { [IMAGE_OPTION]: _image, ...options } = optionsOf(config);
  const patches = options['containerdConfigPatches'] ?? [];
  return stringify({
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    ...options,
    networking: { ...objectOf(options['networking']), ...subnetsOf(config) },
    featureGates: objectOf(config['feature_gates']),
    containerdConfigPatches: [...MIRROR_PATCHES, ...(isJsonArray(patches) ? patches : [])],
    nodes: GROUP_NAMES.flatMap((group) => nodesOf(config, group, ownership)),
  });
}

/** kind applies the one whose version is that of the settings in the image. */
const MIRROR_PATCHES: readonly string[] = [
  [2, 'io.containerd.grpc.v1.cri'] as const,
  [3, 'io.containerd.cri.v1.images'] as const,
].map(
  ([version, plugin]) => `version = ${version}\n[plugins."${plugin}".registry]\n  config_path = "${MIRRORS_FOLDER}"\n`,
);

function subnetsOf(config: JsonObject): JsonObject {
  const named = { podSubnet: config['pod_subnet'], serviceSubnet: config['service_subnet'] };
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

/** Ports are those of the first control plane node; mounts are in all. */
function nodesOf(config: JsonObject, group: Group, ownership: Ownership): readonly JsonObject[] {
  const mark = { hostPath: MARK_SOURCE, containerPath: markPath(ownership), readOnly: true };
  const extraMounts = [mark, ...Object.values(objectOf(config['mounts'])).map(mountOf)];
  const extraPortMappings = Object.values(objectOf(config['port_mappings'])).map(portOf);
  return Array.from({ length: countOf(config, group) }, (_, index) => ({
    role: GROUPS[group],
    extraMounts,
    ...(group === 'control_plane' && index === 0 ? { extraPortMappings } : {}),
  }));
}

function mountOf(mount: Json): JsonObject {
  return {
    hostPath: member(mount, 'host_path'),
    containerPath: member(mount, 'node_path'),
    readOnly: member(mount, 'mode') === 'ro',
  };
}

function portOf(mapping: Json): JsonObject {
  return {
    listenAddress: member(mapping, 'host_ip'),
    hostPort: member(mapping, 'host_port'),
    containerPort: member(mapping, 'node_port'),
    protocol: scalarText(member(mapping, 'protocol')).toUpperCase(),
  };
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
