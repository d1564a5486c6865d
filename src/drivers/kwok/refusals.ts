/** What a cluster of this engine cannot be given, each with its exact field, so that it is an error at its line. */
import type { DesiredResource } from '../../model/desired.ts';
import { type FieldPath, fieldPath } from '../../model/field-path.ts';
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  member,
  memberAt,
  scalarText,
} from '../../model/json.ts';
import type { Facts } from '../../model/observed.ts';
import type { Unsupported } from '../driver.ts';
import { isVersion } from '../../model/kubernetes-versions.ts';
import { isLabelOfTheSystem, isTaintOfTheSystem } from './actuate/worker-nodes.ts';
import { isKwokFacts, type KwokFacts, REPAIR } from './facts.ts';

export function refusals({ type, name, config }: DesiredResource, facts: Facts | null): readonly Unsupported[] {
  if (type !== 'cluster') return [refuse(fieldPath(), `kwok runs clusters, and no ${type}s`, 'place it elsewhere')];
  if (isKwokFacts(facts)) return versionRefusals(config, facts);
  return [...nameRefusals(name), ...nodeRefusals(config), ...nothingBehind(config), ...testRefusals(config)];
}

/** It is a folder, part of the names of nodes, and stands in the names of contexts. */
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
  const control = memberAt(config, 'nodes', 'control_plane');
  const path = (field: string): FieldPath => fieldPath('nodes', 'control_plane', field);
  const detail = 'the control plane of kwok is processes of this machine, and no node';
  const workers = memberAt(config, 'nodes', 'workers');
  const [labels, taints] = [member(workers, 'labels'), member(workers, 'taints')];
  const taintKeys = (isJsonArray(taints) ? taints : []).map((taint) => scalarText(taint).split(/[=:]/)[0] ?? '');
  return [
    ...(isJsonObject(labels) ? Object.keys(labels) : [])
      .filter(isLabelOfTheSystem)
      .map((label) => refuse(fieldPath('nodes', 'workers', 'labels', label), ...ofTheSystem('label', label))),
    ...taintKeys
      .filter(isTaintOfTheSystem)
      .map((taint) => refuse(fieldPath('nodes', 'workers', 'taints'), ...ofTheSystem('taint', taint))),
    ...(member(control, 'count') === 1 ? [] : [refuse(path('count'), 'kwok has one control plane', detail)]),
    ...['labels', 'taints']
      .filter((field) => isSet(member(control, field)))
      .map((field) => refuse(path(field), `there is no control plane node to have ${field}`, detail)),
  ];
}

function ofTheSystem(kind: string, key: string): readonly [string, string] {
  return [
    `the ${kind} ${key} is not for a manifest to say`,
    'it is put on nodes, and taken away, by Kubernetes itself',
  ];
}

const NOTHING_BEHIND: Readonly<Record<string, string>> = {
  port_mappings: 'its pods run nothing, so no port leads anywhere',
  mounts: 'its nodes have no files',
  registry_mirrors: 'its nodes fetch no images',
  driver_options: 'it has no options beyond the fields of a cluster',
};

function nothingBehind(config: JsonObject): readonly Unsupported[] {
  return Object.entries(NOTHING_BEHIND)
    .filter(([field]) => isSet(config[field] ?? null))
    .map(([field, why]) => refuse(fieldPath(field), `kwok has no ${field}: ${why}`, 'take a cluster with real nodes'));
}

function testRefusals(config: JsonObject): readonly Unsupported[] {
  const test = memberAt(config, 'health_check', 'test');
  if (!isJsonArray(test) || test.length === 0 || test[0] === 'NONE') return [];
  const detail = 'use health_check.endpoints, or a service that depends on the cluster';
  return [refuse(fieldPath('health_check', 'test'), 'there is no node to run a test in', detail)];
}

function versionRefusals(config: JsonObject, facts: KwokFacts): readonly Unsupported[] {
  const { api_server: found, api_server_problem: problem } = facts;
  const declared = config['kubernetes_version'];
  if (typeof declared === 'string' && problem !== null)
    return [refuse(fieldPath('kubernetes_version'), problem, REPAIR)];
  if (typeof declared !== 'string' || found === null || isVersion(declared, found)) return [];
  return [
    refuse(
      fieldPath('kubernetes_version'),
      `the kube-apiserver on the PATH is ${found}, and not ${declared}`,
      'declare that version, or take it off the PATH: kwokctl then fetches the declared one',
    ),
  ];
}

function isSet(value: Json): boolean {
  return value !== null && Object.keys(isJsonObject(value) || isJsonArray(value) ? value : {}).length > 0;
}

function refuse(path: FieldPath, summary: string, detail: string): Unsupported {
  return { field_path: path, summary, detail };
}
