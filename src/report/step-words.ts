/** Steps in words, for progress. Verbs belong to drivers and are shown as they are. */
import { typeOf } from '../model/address.ts';
import type { Step } from '../model/plan.ts';
import type { ProbeResult } from '../model/run.ts';
import { safeLines, safeText } from './safe-text.ts';

const CONDITION_WORDS: Readonly<Record<string, string>> = {
  service_started: 'to be started',
  service_healthy: 'to be healthy',
  service_completed_successfully: 'to complete',
  look_inside: 'for the engine inside to answer',
};

/** What is going on while the step runs: `start`, or `waiting to be healthy`. */
export function stepText(step: Pick<Step, 'address' | 'phase' | 'verb'>): string {
  return step.phase === 'gate'
    ? `waiting ${CONDITION_WORDS[step.verb] ?? `for ${safeText(step.verb)}`}`
    : safeText(step.verb.replaceAll('_', ' ').replace(new RegExp(` ${typeOf(step.address)}$`), ''));
}

/** The last word of a probe that did not pass yet. A rung that is not met has said why. */
export function probeText(probe: ProbeResult): string {
  const [why = ''] = probe.check_type === 'rung' ? safeLines(probe.output) : [];
  if (why !== '') return `${safeText(probe.target)}: ${why}`;
  const exit = probe.exit_code === null ? '' : ` (exit code ${probe.exit_code})`;
  return `${safeText(probe.target)} ${probe.passed ? 'passed' : 'fails'}${exit}`;
}
