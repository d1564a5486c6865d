/**
 * What is configured as it should be and takes effect only at a restart. It is no difference: git and the engine agree, and
 * only what runs lags behind. Pure.
 */
import type { PendingRestart } from '../model/change.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { compareText } from '../model/json.ts';
import { isWithin } from './cause.ts';
import type { Finding } from './findings.ts';
import { lagOf } from './lag.ts';

type Existing = Extract<Finding, { readonly kind: 'equal' | 'differs' }>;

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
export function isRestartOwed(finding: Existing): boolean {
  return finding.desired.config['apply_restart'] === 'on_change' && lagging(finding).length > 0;
}

/** Of what is configured otherwise than declared a restart would carry out what nobody wants: that is a difference, and told as one. */
function pendingOf(finding: Existing): readonly Omit<PendingRestart, 'source'>[] {
  const differing = finding.kind === 'equal' ? [] : finding.differences.map(({ field_path: path }) => path);
  return lagging(finding)
    .filter(({ path }) => !differing.some((other) => path.startsWith(other) || other.startsWith(path)))
    .map(({ path, desired: configured, observed: effective }) => ({
      address: finding.desired.address,
      field_path: path,
      configured,
      effective,
    }));
}

/** What is to be ignored is nothing to restart for. */
function lagging({ observed, ignored }: Existing): ReturnType<typeof lagOf> {
  return lagOf(observed).filter(({ path }) => !ignored.some((other) => isWithin(path, other)));
}
