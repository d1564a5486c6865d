/** What the words on the command line mean at one revision, and what is said where they mean nothing there. */
import { hasErrors } from '../model/diagnostic.ts';
import { InvalidManifestsError, TrueupError } from '../model/failure.ts';
import type { PinnedLoad } from './pinned-load.ts';
import { type Selected, select } from './selection.ts';

/**
 * As of that revision. Mistakes in an environment that is not meant do not keep the others from being used; those of what
 * is meant are thrown as InvalidManifestsError, with the revision and its text.
 */
export function selectAt(words: readonly string[], pinned: PinnedLoad): readonly Selected[] {
  const { commit, result, texts } = pinned;
  const isBroken = hasErrors(result.diagnostics);
  if (words.length === 0 && isBroken) throw new InvalidManifestsError(result.diagnostics, { commit, texts });
  if (words.length === 0 && result.environments.length === 0) throw nothingDeclared(commit);
  try {
    return select(words, result.environments);
  } catch (error) {
    if (isBroken) throw new InvalidManifestsError(result.diagnostics, { commit, texts });
    throw error instanceof TrueupError ? atCommit(error, commit) : error;
  }
}

function nothingDeclared(commit: string): TrueupError {
  return new TrueupError('no_environments', `no environment is declared at ${commit.slice(0, 12)}`, {
    fields: { commit },
    next: 'name a revision that declares one',
  });
}

function atCommit({ code, message, next, fields }: TrueupError, commit: string): TrueupError {
  return new TrueupError(code, `${message} at ${commit.slice(0, 12)}`, {
    fields: { ...fields, commit },
    ...(next === null ? {} : { next }),
  });
}
