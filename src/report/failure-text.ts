/** A failure for people: what was attempted and seen, the causes below it, and what to do next. */
import { inspect } from 'node:util';
import type { Failure } from '../model/failure.ts';
import { wrapWords } from './layout.ts';
import { painter } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeLines } from './safe-text.ts';

/** Takes a recorded failure as well as a thrown TrueupError, whose chain of causes is shown. */
export function renderFailure(failure: Failure, options: RenderOptions): string {
  const paint = painter(options.color);
  const [first = '', ...more] = safeLines(failure.message);
  const lines = [`${paint('bad', 'error')}: ${first} ${paint('faint', `[${failure.code}]`)}`];
  lines.push(...more.map((line) => `  ${line}`));
  for (const cause of causesOf(failure)) lines.push(...labelled('cause: ', cause, options));
  if (failure.next !== null) lines.push(...labelled('next: ', failure.next, options));
  return lines.join('\n');
}

function labelled(label: string, text: string, options: RenderOptions): readonly string[] {
  const [first = '', ...more] = safeLines(text);
  return [wrapWords(`${label}${first}`, options.width, 2), ...more.map((line) => wrapWords(line, options.width, 4))];
}

/** The messages of the errors behind this one, without those that are quoted already. */
function causesOf(failure: Failure): readonly string[] {
  const texts: string[] = [];
  let said = failure.message;
  let cause = failure instanceof Error ? failure.cause : undefined;
  for (let depth = 0; depth < 5 && cause !== undefined && cause !== null; depth += 1) {
    const text = cause instanceof Error ? cause.message : inspect(cause);
    if (text !== '' && !said.includes(text)) texts.push(text);
    said += `\n${text}`;
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return texts;
}
