/** Estimates as a report has them, beside the plan and never in it: runs differ from one machine to the next. */
import type { DowntimeEstimate } from '../model/estimate.ts';
import type { JsonObject } from '../model/json.ts';

export function estimatesJson(estimates: readonly DowntimeEstimate[]): readonly JsonObject[] {
  return estimates.map(({ address, downtime_ms, runs }) => ({ address, downtime_ms, runs }));
}
