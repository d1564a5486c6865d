/** Why a source cannot be followed, in words for people, with what to do, and what tells one cause from another. Pure. */
import { type Failure, failureOf, InvalidManifestsError } from '../../model/failure.ts';
import { mistakeWords } from '../log/diagnostic-words.ts';

export interface SourceTrouble {
  readonly why: string;
  readonly next: string | null;
  /** It is told anew where this is another one, however the words differ. */
  readonly cause: string;
}

/** `why` is the message, where nothing more is to be said. */
export function sourceTrouble(error: unknown, why: string = messageOf(error)): SourceTrouble {
  return troubleOfFailure(failureOf(error), why);
}

/** The same of what was recorded of an error. */
export function troubleOfFailure(failure: Failure, why: string = failure.message): SourceTrouble {
  return { why, next: failure.next, cause: causeOf(failure, why) };
}

/** Each commit, name and mistake is news of its own; what keeps others from being reached says it in many ways. */
function causeOf({ code, message, fields: { reason = null, ref = null } }: Failure, why: string): string {
  const subject = /^(?:commit|tag) \S+/.exec(message)?.[0] ?? null;
  const words = code === 'invalid_manifests' ? why : null;
  return [code, reason, ref, subject, words].filter((part) => typeof part === 'string').join(' ');
}

/** What is wrong, and what to do. */
export function troubleWords({ why, next }: Pick<SourceTrouble, 'why' | 'next'>): string {
  return next === null ? why : `${why}; ${next}`;
}

/** Mistakes with their places: how many there are helps nobody. */
function messageOf(error: unknown): string {
  return error instanceof InvalidManifestsError ? mistakeWords(error.diagnostics) : failureOf(error).message;
}
