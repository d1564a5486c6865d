/** The health of what a daemon of this process serves, as a time series beside its state. */
import type { TrueupError } from '../../model/failure.ts';
import type { Daemon } from '../../serve/daemon.ts';
import { type HealthRecorder, recordHealth } from '../../serve/probes/health-recorder.ts';

export interface RecordServed {
  /** Takes known secrets out of a text. */
  mask(text: string): string;
  onTrouble(environment: string, problem: TrueupError): void;
}

/** Begun before the daemon is, and disposed of after it: its last words are recorded, too. */
export function recordServed(daemon: Daemon, { mask, onTrouble }: RecordServed): HealthRecorder {
  return recordHealth(daemon, {
    stateOf: (environment) => daemon.stateOf(environment),
    mask: (_environment, text) => mask(text),
    onTrouble: ({ id }, problem) => onTrouble(id, problem),
  });
}
