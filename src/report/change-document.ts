/** What a change is about, in the one shape that plans and runs have: what happens to what and why, and all that it reaches. */
import type { Change, Impact, Withheld } from '../model/change.ts';
import type { JsonObject } from '../model/json.ts';
import { differenceJson, lastSourceJson, sourceJson } from './json-parts.ts';

/** What happens to which resource, and why. */
export function changeSubjectJson(change: Change): JsonObject {
  return {
    address: change.address,
    previous_address: change.previous_address,
    type: change.type,
    name: change.name,
    engine: change.engine,
    action: change.action,
    action_reason: change.reason,
    cause: change.cause,
  };
}

/** Where it is declared, what differs, and what else it does. */
export function changeScopeJson(change: Change): JsonObject {
  return {
    source: sourceJson(change.source),
    differences: change.differences.map(differenceJson),
    depends_on: change.depends_on,
    impact: impactJson(change.impact),
  };
}

/** What a change was left out for, and what it would be about. */
export function withheldJson({
  address,
  reason,
  summary,
  impact,
  differences,
  source,
  last_source: last,
}: Withheld): JsonObject {
  return {
    address,
    reason,
    summary,
    ...(impact === undefined ? {} : { impact: impactJson(impact) }),
    ...(differences === undefined ? {} : { differences: differences.map(differenceJson) }),
    ...(source === undefined ? {} : { source: sourceJson(source) }),
    ...lastSourceJson(last),
  };
}

function impactJson(impact: Impact): JsonObject {
  const { restarts, reconnects, connections_dropped, ports_dropped, downtime, data_loss, data_at_risk } = impact;
  const along = impact.goes_along === undefined ? {} : { goes_along: impact.goes_along };
  return { restarts, reconnects, connections_dropped, ports_dropped, downtime, data_loss, data_at_risk, ...along };
}
