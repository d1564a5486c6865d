/** Why a container could not be made, with what to do about it. */
import { TrueupError } from '../../../model/failure.ts';
import { statusOf, wordsOf } from './refusals.ts';

const REASONS: readonly (readonly [pattern: RegExp, next: string])[] = [
  [/bind source path does not exist/, 'make the file or folder, or take the mount out'],
  [/does not match the specified platform|does not provide the specified platform/, 'pull the image for this platform'],
  [/No such image/, 'run `trueup pull`, or build or load the image on this engine'],
  [/no configured subnet|subnet contains/, 'take an address from the subnet of the network'],
  [/no space left on device/, 'make room on the disk of the engine'],
];

export function explainedCreate(error: unknown, name: string): unknown {
  if (!(error instanceof TrueupError) || statusOf(error) === null) return error;
  const words = wordsOf(error);
  const next = REASONS.find(([pattern]) => pattern.test(words))?.[1] ?? error.next;
  const { code, message, retryable, fields } = error;
  return new TrueupError(code, message, {
    cause: error,
    retryable,
    fields: { ...fields, name },
    ...(next === null ? {} : { next }),
  });
}
