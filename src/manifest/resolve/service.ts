/** One service in its resolved long form: every default filled in, every short form written out. */
import type { Container, Process, Service } from '../../model/generated/environment.ts';
import type { Untracked } from '../../model/desired.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { ManifestPath } from '../layers.ts';
import { defaultsOf } from '../schema.ts';
import { resolveCommand } from './command.ts';
import type { Dependencies } from './dependencies.ts';
import { resolveHealthCheck } from './health.ts';
import { resolveHooks } from './hooks.ts';
import { checkContainerPath, isProcess, type Mounts, resolveMounts, tidy } from './mounts.ts';
import { resolveAttachments } from './networks.ts';
import { resolvePorts } from './ports.ts';
import { absolutePath, folderOf, type Scope } from './scope.ts';
import { someSize } from './some-size.ts';
import { resolveTexts } from './texts.ts';
import { resolveTmpfs } from './tmpfs.ts';
import { canonicalDuration, canonicalNumber, canonicalRestart } from './values.ts';

const SERVICE_DEFAULTS = defaultsOf('service');
const CONTAINER_DEFAULTS = defaultsOf('container');
const PROCESS_DEFAULTS = defaultsOf('process');

export interface ServiceParts {
  /** Environment variables of the whole environment. */
  readonly shared: JsonObject;
  readonly dependencies: Dependencies;
  readonly runState: 'running' | 'completed';
}

export interface ResolvedService {
  readonly config: JsonObject;
  readonly mounts: Mounts;
  /** Filled in when the host paths have been looked at. */
  readonly untracked: readonly Untracked[];
}

export function resolveService(key: string, service: Service, parts: ServiceParts, scope: Scope): ResolvedService {
  const path = ['services', key];
  const untracked: Untracked[] = [];
  const mounts = resolveMounts(service, path, scope, untracked);
  const ports = service.networking?.ports ?? [];
  const config: JsonObject = {
    type: service.type ?? SERVICE_DEFAULTS['type'] ?? null,
    role: service.role ?? null,
    process: service.process === undefined ? null : resolveProcess(service.process, [...path, 'process'], scope),
    container:
      service.container === undefined ? null : resolveContainer(service.container, [...path, 'container'], scope),
    environment_variables: { ...parts.shared, ...resolveTexts(service.environment_variables, scope) },
    networking: {
      hostname: service.networking?.hostname ?? null,
      ports: resolvePorts(ports, isProcess(service), [...path, 'networking', 'ports'], scope.reporter),
      networks: resolveAttachments(service, key, path, scope.reporter),
    },
    storage: { volumes: mounts.volumes, tmpfs: resolveTmpfs(service, path, mounts.volumes, scope) },
    health_check: resolveHealthCheck(service.health_check, [...path, 'health_check'], scope),
    dependencies: parts.dependencies.config,
    resource_limits: resolveLimits(service, [...path, 'resource_limits'], scope),
    post_start: resolveHooks(service.post_start, [...path, 'post_start'], scope),
    pre_stop: resolveHooks(service.pre_stop, [...path, 'pre_stop'], scope),
    labels: resolveTexts(service.labels, scope),
    protect: service.protect ?? SERVICE_DEFAULTS['protect'] ?? null,
    deletion_policy: service.deletion_policy ?? SERVICE_DEFAULTS['deletion_policy'] ?? null,
    run_state: parts.runState,
  };
  return { config, mounts, untracked };
}

function resolveProcess(process: Process, path: ManifestPath, scope: Scope): JsonObject {
  const commandPath = [...path, 'command'];
  const command = resolveCommand(process.command, commandPath, scope) ?? [];
  if (Array.isArray(process.command) && (command[0] ?? '') === '') {
    scope.reporter.error('invalid_value', commandPath, 'the command has no program');
  }
  const { cwd } = process;
  return {
    command,
    cwd: cwd === undefined ? folderOf(scope, commandPath) : absolutePath(scope, cwd, [...path, 'cwd']),
    restart: canonicalRestart(process.restart ?? textOf(PROCESS_DEFAULTS['restart'])),
    stop_signal: process.stop_signal ?? PROCESS_DEFAULTS['stop_signal'] ?? null,
    stop_grace_period: canonicalDuration(process.stop_grace_period ?? PROCESS_DEFAULTS['stop_grace_period']),
  };
}

function resolveContainer(container: Container, path: ManifestPath, scope: Scope): JsonObject {
  const { image = null, working_dir: workingDir = null } = container;
  if (workingDir !== null) checkContainerPath(workingDir, [...path, 'working_dir'], scope);
  return {
    image,
    platform: container.platform ?? null,
    entrypoint: resolveCommand(container.entrypoint, [...path, 'entrypoint'], scope),
    command: resolveCommand(container.command, [...path, 'command'], scope),
    user: container.user === undefined ? null : String(container.user),
    working_dir: workingDir === null ? null : tidy(workingDir),
    init: container.init ?? CONTAINER_DEFAULTS['init'] ?? null,
    restart: canonicalRestart(container.restart ?? textOf(CONTAINER_DEFAULTS['restart'])),
    pull_policy: container.pull_policy ?? CONTAINER_DEFAULTS['pull_policy'] ?? null,
    stop_signal: container.stop_signal ?? null,
    stop_grace_period: canonicalDuration(container.stop_grace_period ?? CONTAINER_DEFAULTS['stop_grace_period']),
  };
}

function resolveLimits({ resource_limits: limits = {} }: Service, path: ManifestPath, scope: Scope): JsonObject {
  const { reporter } = scope;
  for (const field of ['cpu_limit', 'cpu_reservation'] as const) {
    if (limits[field] !== undefined && canonicalNumber(limits[field]) === 0) {
      reporter.error('invalid_value', [...path, field], `${field} must be more than 0`);
    }
  }
  return {
    cpu_limit: canonicalNumber(limits.cpu_limit),
    memory_limit: someSize(limits.memory_limit, [...path, 'memory_limit'], scope),
    cpu_reservation: canonicalNumber(limits.cpu_reservation),
    memory_reservation: someSize(limits.memory_reservation, [...path, 'memory_reservation'], scope),
  };
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
