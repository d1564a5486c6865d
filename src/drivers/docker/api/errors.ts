/** What failed calls become: an error that says what was attempted, what the engine said, and what to do. */
import { TrueupError } from '../../../model/failure.ts';
import type { Endpoint } from '../connection/endpoint.ts';
import type { Call } from './call.ts';
import { meaningOf } from './refusals.ts';

const LONGEST_SENTENCE = 1000;

/** The engine answered that it cannot, or will not. */
export function refused(call: Call, status: number, answer: unknown): TrueupError {
  const said = sentenceOf(answer) || `status ${status}`;
  const {
    code,
    next,
    fields = {},
  } = call.refusals === 'untold'
    ? ({ code: 'step_failed', next: 'look at what the engine says' } as const)
    : meaningOf(status, said);
  return new TrueupError(code, `cannot ${call.what}: ${said}`, { fields: { status, ...fields }, next });
}

/** The deadline passed without an answer. What was to be written may still take effect. */
export function late(endpoint: Endpoint, call: Call): TrueupError {
  const seconds = call.deadline / 1000;
  const message = `cannot ${call.what}: the engine at ${endpoint.text} did not answer within ${seconds} s`;
  return new TrueupError(call.method === 'GET' ? 'engine_unreachable' : 'step_failed', message, {
    retryable: true,
    fields: { endpoint: endpoint.text, timeout_seconds: seconds },
    next: 'look at whether the engine hangs or its machine is overloaded; restart it if `docker version` hangs too',
  });
}

/** We ended the connection ourselves. */
export function closed(endpoint: Endpoint): TrueupError {
  return new TrueupError('interrupted', `the connection to the engine at ${endpoint.text} was closed`);
}

/** The engine's own words, in one line. */
export function sentenceOf(answer: unknown): string {
  const told = typeof answer === 'object' && answer !== null && 'message' in answer ? answer.message : answer;
  const text = typeof told === 'string' ? told : JSON.stringify(told ?? '');
  return text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .slice(0, LONGEST_SENTENCE);
}
