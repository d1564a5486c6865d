/** What a resource waits for, and what failed of it last, for people. */
import type { Explanation, LastFailure, Wait } from '../model/explanation.ts';
import { wrapParts } from './layout.ts';
import type { Paint } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeLines, safeText } from './safe-text.ts';
import { momentText } from './words.ts';

export function waitLines(explanation: Explanation, { width }: RenderOptions, paint: Paint): readonly string[] {
  const { waits, last_failure: failure } = explanation;
  const lines = waits.map((wait) => hanging(`- ${waitText(wait)}`, width, 2));
  return [
    ...(lines.length === 0 ? [] : [paint('warning', '  In its way:'), ...lines]),
    ...(failure === null ? [] : failureLines(failure, width, paint)),
  ];
}

/** Words of one line, indented; what does not fit is indented by two more. */
function hanging(text: string, width: number, indent: number): string {
  const [first = '', ...rest] = text.trim().split(/ +/);
  return wrapParts([' '.repeat(indent) + first, ...rest], width, indent + 2);
}

function waitText(wait: Wait): string {
  const reason = safeLines(wait.reason).join(' ');
  switch (wait.on) {
    case 'engine':
      return `engine ${safeText(wait.engine)}: ${reason}`;
    case 'dependency':
      return `${safeText(wait.address)}, which it needs as ${wait.condition}: ${reason}`;
    case 'conflict':
      return reason;
    case 'plan':
      return `the whole plan: ${reason}`;
    case 'run':
      return `a run: ${reason}`;
    case 'gate':
      return reason;
    case 'freeze':
      return `frozen ${reason}`;
    case 'quarantine':
      return `quarantined: ${reason}`;
    default:
      return wait satisfies never;
  }
}

function failureLines(failure: LastFailure, width: number, paint: Paint): readonly string[] {
  const { command, run, at, message, next } = failure;
  const head = `Last run (${safeText(command)}, ${momentText(at)}, ${safeText(run)}): ${whatFailed(failure)}`;
  const said = message === null ? [] : safeLines(message).map((line) => hanging(line, width, 4));
  const advice = next === null ? [] : [hanging(safeText(next), width, 4)];
  return [paint('bad', hanging(head, width, 2)), ...said, ...advice];
}

function whatFailed({ step, status, skipped_because: because }: LastFailure): string {
  const what = step === null ? 'it' : safeText(step);
  switch (status) {
    case 'failed':
      return `${what} failed`;
    case 'skipped':
      return `${what} was skipped${because === null ? '' : `, because ${safeText(because)} did not get done`}`;
    case 'cancelled':
      return `${what} was cancelled`;
    case 'gate_not_met':
      return `${what} was not met`;
    default:
      return status satisfies never;
  }
}
