/** The public JSON of status (schemas/status.json). */
import type { Revision } from '../model/desired.ts';
import type { JsonObject } from '../model/json.ts';
import { clusterJson } from './cluster-json.ts';
import { freezeJson, pendingRestartJson, revisionJson } from './json-parts.ts';
import { hideSecretsIn } from './secret-marks.ts';
import {
  type EnvironmentStatus,
  type QuarantineStatus,
  type ResourceStatus,
  STATUS_FORMAT_VERSION,
  type StatusReport,
} from './status.ts';

export function statusDocument(report: StatusReport): JsonObject {
  return { format_version: STATUS_FORMAT_VERSION, environments: report.environments.map(environmentJson) };
}

function environmentJson(environment: EnvironmentStatus): JsonObject {
  return {
    name: environment.name,
    state: environment.state,
    conditions: environment.conditions.map(({ type, status, reason, message, since }) => {
      return { type, status, reason, message, since };
    }),
    last_applied: revisionOrNull(environment.last_applied),
    last_attempted: revisionOrNull(environment.last_attempted),
    last_healthy: revisionOrNull(environment.last_healthy),
    quarantine: environment.quarantine === null ? null : quarantineJson(environment.quarantine),
    resources: environment.resources.map(resourceJson),
  };
}

function quarantineJson(quarantine: QuarantineStatus): JsonObject {
  const { revision, run, since, at, failed, reason, why, attempts, declared } = quarantine;
  return { revision: revisionJson(revision), run, since, at, failed, reason, why, attempts, declared };
}

function revisionOrNull(revision: Revision | null): JsonObject | null {
  return revision === null ? null : revisionJson(revision);
}

function resourceJson(resource: ResourceStatus): JsonObject {
  return {
    address: resource.address,
    engine: resource.engine,
    name: resource.name,
    run_state: resource.run_state,
    health: resource.health,
    gate: resource.gate === null ? null : { met: resource.gate.met, at: resource.gate.at },
    reason: resource.reason,
    since: resource.since,
    restarts: resource.restarts,
    image: resource.image,
    ports: resource.ports,
    frozen: resource.frozen === null ? null : freezeJson(resource.frozen),
    details: hideSecretsIn(resource.details),
    ...(resource.pending_restart === undefined
      ? {}
      : { pending_restart: resource.pending_restart.map(pendingRestartJson) }),
    ...(resource.virtual_machine === undefined
      ? {}
      : { virtual_machine: resource.virtual_machine === null ? null : { ...resource.virtual_machine } }),
    ...(resource.configuration_file === undefined ? {} : { configuration_file: { ...resource.configuration_file } }),
    ...clusterJson(resource),
  };
}
