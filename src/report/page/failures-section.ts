/** What failed in a run and why: the steps with their errors, and gates that the last look found closed. */
import type { Failure } from '../../model/failure.ts';
import type { GateCheck, ToldStep } from '../../model/run.ts';
import type { ToldRun } from '../reading/report.ts';
import { elapsedText } from '../words.ts';
import { evidenceHtml } from './evidence.ts';
import { el, type Html } from './html.ts';
import type { Section } from './page.ts';
import { stepId } from './step-id.ts';

/** None where all went well. */
export function failuresSection({ steps, gates }: ToldRun): readonly Section[] {
  const failed = steps.flatMap((step, index) => (step.status === 'failed' ? [failedStep(step, index)] : []));
  const told = new Set(steps.flatMap(({ status, address }) => (status === 'failed' ? [address] : [])));
  const closed = gates.filter(({ met, address }) => !met && !told.has(address)).map(closedGate);
  if (failed.length + closed.length === 0) return [];
  return [{ id: 'failures', title: 'What failed', content: [...failed, ...closed] }];
}

function failedStep({ address, phase, verb, duration_ms, error, gate }: ToldStep, index: number): Html {
  const what = phase === 'gate' ? `gate ${verb}` : verb;
  const next = error?.next ?? null;
  return el(
    'article',
    { class: 'failure', id: stepId(index) },
    el('h3', {}, el('code', {}, address), `: ${what} failed after ${elapsedText(duration_ms)}`),
    error === null ? null : errorHtml(error),
    evidenceHtml(gate),
    next === null ? null : el('p', { class: 'next' }, el('strong', {}, 'Next: '), next),
  );
}

function errorHtml({ message, code }: Failure): Html {
  return el('p', {}, message, ' ', el('code', {}, code));
}

function closedGate({ address, condition, reason, gate }: GateCheck): Html {
  return el(
    'article',
    { class: 'failure' },
    el('h3', {}, el('code', {}, address), `: ${condition} is not met`),
    reason === null ? null : el('p', {}, reason),
    evidenceHtml(gate),
  );
}
