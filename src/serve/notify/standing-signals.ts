/**
 * How an environment stands at the end of its first pass in the life of a daemon, as signals. What began or ended while
 * nobody listened has no event: without these, what was told before would go on for ever. Pure.
 */
import type { EnvironmentStatus } from '../../report/status.ts';
import { stateReason } from '../standing/state-reason.ts';
import type { ServedEnvironment } from '../served.ts';
import { degradedSignals, frozenSignal, quarantinedSignal, type Signal, unreachableSubject } from './signals.ts';

export interface StandingSignals {
  readonly own: readonly Signal[];
  /** Of what several environments of a repo share. */
  readonly shared: readonly Signal[];
}

export function standingSignals(
  { name, source, isSourceLost }: Pick<ServedEnvironment, 'name' | 'source' | 'isSourceLost'>,
  status: EnvironmentStatus,
): StandingSignals {
  const { state, quarantine, resources, conditions } = status;
  const frozen = resources.flatMap((resource) => resource.frozen ?? []);
  const isSilent = conditions.some(({ reason }) => reason === 'EngineUnreachable');
  const engines = [...new Set(resources.map(({ engine }) => engine))];
  const answered = isSilent ? [] : engines.map((engine) => unreachableSubject('engine', engine, name));
  // What was verified before is served though its remote is silent.
  const read = isSourceLost ? [] : [unreachableSubject('source', source, name)];
  return {
    own: [
      ...(isSilent || state === 'unknown' ? [] : degradedSignals(state, stateReason(status))),
      quarantine === null ? { type: 'over', kind: 'quarantined', subjects: null } : quarantinedSignal(quarantine),
      { type: 'found', kind: 'frozen', findings: frozen.map(frozenSignal), whole: true },
    ],
    shared: [{ type: 'over', kind: 'unreachable', subjects: [...answered, ...read] }],
  };
}
