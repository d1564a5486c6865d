/** What rounds of one health check say together of a service, from its start on. Pure. */
import { plural } from '../../report/words.ts';
import type { ProbeResult } from '../../model/run.ts';

export interface ProbeTally {
  /** `null` before anybody can say. */
  readonly health: 'healthy' | 'unhealthy' | null;
  /** Why it is unhealthy, in one sentence. */
  readonly reason: string | null;
  /** In a row; those during `start_period` count only once it has passed. */
  readonly failures: number;
  readonly hasPassed: boolean;
}

export const UNPROBED: ProbeTally = { health: null, reason: null, failures: 0, hasPassed: false };

export const PASSED: ProbeTally = { health: 'healthy', reason: null, failures: 0, hasPassed: true };

/** One pass makes it healthy, and `retries` failures in a row make it unhealthy. */
export function talliedRound(
  before: ProbeTally,
  round: readonly ProbeResult[],
  { retries, isStarting }: { readonly retries: number; readonly isStarting: boolean },
): ProbeTally {
  const failed = round.find(({ passed }) => !passed);
  if (failed === undefined) return PASSED;
  if (isStarting && !before.hasPassed) return before;
  // No more than that many are ever needed.
  const failures = Math.min(before.failures + 1, retries);
  if (failures < retries) return { ...before, failures };
  return { ...before, health: 'unhealthy', reason: reasonOf(failed, retries), failures };
}

function reasonOf({ exit_code: code, output, target }: ProbeResult, retries: number): string {
  const lines = output.trimEnd().split('\n');
  // A test says at its end what is wrong, and an answer begins with its status.
  const said = (code === null ? lines[0] : lines.at(-1)) || null;
  const what = code === null ? target : `status ${code}`;
  return `its health check failed${retries > 1 ? ` ${plural(retries, 'time')} in a row` : ''}: ${what}${said === null ? '' : `: ${said}`}`;
}
