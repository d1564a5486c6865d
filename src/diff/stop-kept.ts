/**
 * What keeps its data and is to go all the same, by a person's word, is stopped at least: a machine whose disk cannot outlive it.
 * A volume has no run state, and stays as it is.
 */
import type { Change } from '../model/change.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { parseFieldPath, RUN_STATE_PATH } from '../model/field-path.ts';
import type { Finding } from './findings.ts';
import { impactOf, isInterrupted } from './impact.ts';
import { weightOf } from './severity.ts';

/** `null` where nothing of it runs. */
export function stopKept(
  environment: DesiredEnvironment,
  { address, engine, observed, cause }: Extract<Finding, { kind: 'undeclared' }>,
): Change | null {
  if (!isInterrupted(observed)) return null;
  const names = parseFieldPath(RUN_STATE_PATH) ?? [];
  const before = observed.configured['run_state'] ?? null;
  return {
    address,
    previous_address: null,
    type: observed.type,
    name: observed.name,
    engine,
    action: 'update',
    reason: 'delete_by_request',
    cause,
    before: observed.configured,
    after: { ...observed.configured, run_state: 'stopped' },
    after_unknown: false,
    differences: [
      {
        field_path: RUN_STATE_PATH,
        before,
        after: 'stopped',
        cause,
        ...weightOf({ environment: environment.name, address, names }),
        effect: 'in_place',
        source: null,
      },
    ],
    source: null,
    depends_on: [],
    impact: { ...impactOf(address, observed, 'restart', false), restarts: [] },
  };
}
