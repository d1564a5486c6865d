/** Virtual machines and clusters as desired: what runs whole systems, and is no service. */
import { addressOf } from '../../model/address.ts';
import type { DesiredResource, Untracked } from '../../model/desired.ts';
import type { Cluster, Vm } from '../../model/generated/environment.ts';
import { isJsonObject, type Json, type JsonObject, member } from '../../model/json.ts';
import type { ManifestPath } from '../layers.ts';
import { resolveAddons } from './addons.ts';
import { declaredDependencies, resolveDependencies } from './dependencies.ts';
import type { Entry } from './entries.ts';
import { resolveHealthCheck } from './health.ts';
import { longForm } from './long-form.ts';
import { keysOf, schemaAt } from '../schema.ts';
import type { Scope } from './scope.ts';

/** A VM or a cluster, together with what resolving it has found out. */
export interface VmOrClusterEntry extends Entry {
  readonly type: 'vm' | 'cluster';
  readonly declaration: Vm | Cluster;
  readonly config: JsonObject;
  readonly untracked: readonly Untracked[];
}

/** Fields that are no part of the configuration: they say where a resource is, and what may be done about it. */
const ABOUT_IT: ReadonlySet<string> = new Set(['name', 'driver', 'engine', 'on_failure', 'drift']);

export function resolveVmsAndClusters(scope: Scope): readonly VmOrClusterEntry[] {
  const { vms = {}, clusters = {} } = scope.manifest;
  return [
    ...Object.entries(vms).map(([key, vm]) => resolveEntry('vm', key, vm, scope)),
    ...Object.entries(clusters).map(([key, cluster]) => resolveEntry('cluster', key, cluster, scope)),
  ];
}

/** A declared engine, or the one that exists for each driver that is named. */
function engineOf({ engine, driver }: Pick<Vm | Cluster, 'engine' | 'driver'>): string {
  return engine ?? driver ?? '';
}

export function vmOrClusterResource(entry: VmOrClusterEntry, scope: Scope): DesiredResource {
  const { key, address, declaration, config, engine, dependencies } = entry;
  const { policies } = scope.manifest;
  return {
    address,
    type: entry.type,
    key,
    name: declaration.name ?? `${scope.project}-${key}`,
    engine,
    external: false,
    protect: config['protect'] === true,
    deletion_policy: config['deletion_policy'] === 'delete' ? 'delete' : 'retain',
    on_failure: declaration.on_failure ?? policies?.on_failure ?? 'stop',
    drift: declaration.drift ?? policies?.drift ?? 'report',
    config,
    dependencies: dependencies.running,
    uses: dependencies.uses,
    untracked: entry.untracked,
  };
}

function resolveEntry(type: 'vm' | 'cluster', key: string, declaration: Vm | Cluster, scope: Scope): VmOrClusterEntry {
  const path = [`${type}s`, key];
  const dependencies = resolveDependencies(declaration, path, scope.reporter, () => false);
  const untracked: Untracked[] = [];
  const config = {
    ...fieldsOf(declaration, path, scope),
    ...(type === 'cluster'
      ? { addons: resolveAddons(addonsOf(declaration), [...path, 'addons'], scope, untracked) }
      : {}),
    health_check: resolveHealthCheck(declaration.health_check, [...path, 'health_check'], scope),
    dependencies: dependencies.config,
  };
  return {
    type,
    key,
    address: addressOf(type, key),
    path,
    engine: engineOf(declaration),
    declared: declaredDependencies(declaration),
    dependencies,
    declaration,
    config: type === 'cluster' ? withNodeCounts(config) : config,
    untracked,
  };
}

function fieldsOf(declaration: Vm | Cluster, path: ManifestPath, scope: Scope): JsonObject {
  const values: { readonly [name: string]: Json } = declaredValues(declaration);
  const names = keysOf(schemaAt(path)).filter((name) => !ABOUT_IT.has(name) && !RESOLVED_APART.has(name));
  return Object.fromEntries(names.map((name) => [name, longForm(values[name], [...path, name], scope)]));
}

const RESOLVED_APART: ReadonlySet<string> = new Set(['addons', 'health_check', 'dependencies']);

function addonsOf(declaration: Vm | Cluster): readonly string[] {
  return 'addons' in declaration ? (declaration.addons ?? []) : [];
}

/** What the schema has let through is JSON. */
function declaredValues(declaration: Vm | Cluster): JsonObject {
  return declaration as JsonObject;
}

/** One control plane node and no workers, where nobody says how many: one default for both the schema cannot say. */
function withNodeCounts(config: JsonObject): JsonObject {
  const group = (name: string, count: number): JsonObject => {
    const declared = member(config['nodes'], name);
    const form = isJsonObject(declared) ? declared : {};
    return { ...form, count: form['count'] ?? count };
  };
  return { ...config, nodes: { control_plane: group('control_plane', 1), workers: group('workers', 0) } };
}
