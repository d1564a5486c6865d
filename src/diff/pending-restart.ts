/**
 * What is configured as it should be and takes effect only at a restart. It is no difference: git and the engine agree, and
 * only what runs lags behind. Pure.
 */
import type { PendingRestart } from '../model/change.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { compareText, isJsonObject, type JsonObject, member } from '../model/json.ts';
import type { ObservedObject } from '../model/observed.ts';
import { differingFields } from './fields.ts';
import type { Finding } from './findings.ts';

/** By address and field. */
export function pendingRestarts(
  findings: readonly Finding[],
  environment: DesiredEnvironment,
): readonly PendingRestart[] {
  return findings
    .flatMap((finding) => (finding.kind === 'equal' || finding.kind === 'differs' ? pendingOf(finding) : []))
    .map((pending) => ({ ...pending, source: environment.locate(pending.address, pending.field_path) }))
    .toSorted(
      (left, right) => compareText(left.address, right.address) || compareText(left.field_path, right.field_path),
    );
}

/** Whether it lags behind, and is to be restarted for that without being asked. */
export function isRestartOwed(desired: DesiredResource, observed: ObservedObject): boolean {
  return desired.config['apply_restart'] === 'on_change' && fieldsBehind(observed).length > 0;
}

/** Of what is configured otherwise than declared a restart would carry out what nobody wants: that is a difference, and told as one. */
function pendingOf(
  finding: Extract<Finding, { readonly kind: 'equal' | 'differs' }>,
): readonly Omit<PendingRestart, 'source'>[] {
  const { desired, observed } = finding;
  const differing = finding.kind === 'equal' ? [] : finding.differences.map(({ field_path: path }) => path);
  return fieldsBehind(observed)
    .filter(({ field_path: path }) => !differing.some((other) => path.startsWith(other) || other.startsWith(path)))
    .map((fields) => ({ address: desired.address, ...fields }));
}

function fieldsBehind({
  configured,
  effective,
}: ObservedObject): readonly Pick<PendingRestart, 'field_path' | 'configured' | 'effective'>[] {
  if (effective === null) return [];
  return differingFields(configured, laidOver(configured, effective)).map(({ path, desired, observed }) => ({
    field_path: path,
    configured: desired,
    effective: observed,
  }));
}

/** Groups are merged; what is `null` is not set in what runs. */
function laidOver(configured: JsonObject, effective: JsonObject): JsonObject {
  const entries = Object.entries(effective).map(([name, running]) => {
    const before = member(configured, name);
    return [name, isJsonObject(before) && isJsonObject(running) ? laidOver(before, running) : running] as const;
  });
  return { ...configured, ...Object.fromEntries(entries) };
}
