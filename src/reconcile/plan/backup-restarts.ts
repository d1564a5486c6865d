/**
 * No snapshot is taken while somebody writes, and no data is put back under somebody who reads: whoever has a volume that
 * is to be read or filled, and would go on, is restarted around it.
 */
import type { Finding } from '../../diff/findings.ts';
import type { Change } from '../../model/change.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { compareText } from '../../model/json.ts';
import { type BackupInput, mounts, type VolumeAtRisk, volumesAtRisk, writesTo } from './backups.ts';
import { restartOf } from './restarts.ts';

export interface BackupRestartInput extends BackupInput {
  readonly environment: DesiredEnvironment;
  readonly findings: readonly Finding[];
  /** `run_state`: what is restarted stays as it is. */
  readonly fields: 'all' | 'run_state';
}

/** The same changes where nobody has to be restarted; else with the restarts, sorted by address. */
export function withBackupRestarts(changes: readonly Change[], input: BackupRestartInput): readonly Change[] {
  const volumes = volumesAtRisk(changes, input);
  if (volumes.length === 0) return changes;
  const restarts = input.findings.flatMap((finding) => restartFor(finding, changes, volumes, input));
  if (restarts.length === 0) return changes;
  const isRestarted = new Set(restarts.map(({ address }) => address));
  const others = changes.filter(({ address, action }) => action === 'delete' || !isRestarted.has(address));
  return [...others, ...restarts].sort((left, right) => compareText(left.address, right.address));
}

function restartFor(
  finding: Finding,
  changes: readonly Change[],
  volumes: readonly VolumeAtRisk[],
  input: BackupRestartInput,
): readonly Change[] {
  if (finding.kind !== 'equal' && finding.kind !== 'differs') return [];
  const { desired, observed, ignored } = finding;
  if (desired.type !== 'service' || observed.status.run_state !== 'running') return [];
  const isInTheWay = volumes.some(
    ({ engine, addresses, restored }) =>
      engine === desired.engine &&
      addresses.some((volume) =>
        [observed.configured, desired.config].some((config) => (restored === null ? writesTo : mounts)(config, volume)),
      ),
  );
  if (!isInTheWay) return [];
  const change = changes.find(({ address, action }) => address === desired.address && action !== 'delete') ?? null;
  const restart = restartOf(input.environment, desired.address, change, { desired, observed, ignored }, 'git');
  if (restart === null) return [];
  if (input.fields === 'all') return [restart];
  return [{ ...restart, after: { ...observed.configured, run_state: desired.config['run_state'] ?? null } }];
}
