/** The public JSON of health (schemas/health.json). */
import type { JsonObject } from '../model/json.ts';
import {
  countHealth,
  type EnvironmentHealth,
  HEALTH_DOCUMENT_VERSION,
  type HealthHistoryReport,
  type LastCheck,
  type ServiceHealth,
  type ServiceTimeline,
} from './health.ts';
import { revisionJson } from './json-parts.ts';

export function healthDocument(health: EnvironmentHealth): JsonObject {
  return {
    format_version: HEALTH_DOCUMENT_VERSION,
    environment: health.environment,
    project: health.project,
    revision: revisionJson(health.revision),
    complete: health.complete,
    summary: { ...countHealth(health.services) },
    services: health.services.map(serviceJson),
    history: health.history === null ? null : historyJson(health.history),
  };
}

function serviceJson({
  address,
  engine,
  run_state,
  status,
  reason,
  since,
  last_check: check,
}: ServiceHealth): JsonObject {
  return { address, engine, run_state, status, reason, since, last_check: check === null ? null : checkJson(check) };
}

function checkJson({ timestamp, status, check_type, exit_code, output, response_time_ms }: LastCheck): JsonObject {
  return { timestamp, status, check_type, exit_code, output, response_time_ms };
}

function historyJson({ since, services }: HealthHistoryReport): JsonObject {
  return { since, services: services.map(timelineJson) };
}

function timelineJson(timeline: ServiceTimeline): JsonObject {
  return {
    address: timeline.address,
    uptime_share: timeline.uptime_share,
    up_ms: timeline.up_ms,
    down_ms: timeline.down_ms,
    changes: timeline.changes.map(({ at, from, to, run_state, reason, exit_code }) => {
      return { at, from, to, run_state, reason, exit_code };
    }),
    changes_total: timeline.changes_total,
  };
}
