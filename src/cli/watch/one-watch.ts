/**
 * One process watches a repo, whatever environments it was given: it is the one that hooks leave commits to, and two of them
 * would each hold the other's saves for somebody else's. Who starts a second one is told how one does both. Pure.
 */
import { TrueupError } from '../../model/failure.ts';

/** For others to read: `trueup watch local staging`. */
export function watchWords(names: readonly string[]): string {
  return ['trueup watch', ...names].join(' ');
}

/** What is thrown in place of an error, where that says that another process has the repo. */
export function refusal(error: unknown, names: readonly string[]): unknown {
  if (!(error instanceof TrueupError) || error.code !== 'already_served') return error;
  const { pid, command } = error.fields;
  if (typeof pid !== 'number' || typeof command !== 'string') return error;
  const [program, verb, ...theirs] = command.split(' ');
  if (program !== 'trueup' || verb !== 'watch') return error;
  // Either that is without names watches all of them.
  const all = theirs.length === 0 || names.length === 0 ? [] : [...new Set([...theirs, ...names])];
  const covers = theirs.length === 0 || (names.length > 0 && names.every((name) => theirs.includes(name)));
  const next = covers
    ? `that one watches this already; to start another, end it first: \`kill ${pid}\``
    : `one process watches all that you want: end that one with \`kill ${pid}\`, services keep running, and start \`${watchWords(all)}\``;
  return new TrueupError(error.code, error.message, { fields: error.fields, next, cause: error });
}
