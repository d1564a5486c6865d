/** What loading a repo that is not the operator's begins with: what it may not have at all, and what it gets to read. */
import { type Diagnostic, errorAt } from '../../model/diagnostic.ts';
import type { FileTree } from '../../model/file-tree.ts';
import { startOf } from '../folder.ts';
import type { SecretGuard } from '../secret-sources.ts';
import { SETTINGS_FILE } from '../settings.ts';
import type { ForeignRepo } from './foreign-repo.ts';
import { outside } from './inside.ts';

/** Of the repo as a whole; `names` are those of its environments. */
export async function checkRepo(
  { policy: { limits } }: ForeignRepo,
  tree: FileTree,
  folder: string,
  names: readonly string[],
): Promise<readonly Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  const atRoot = (await tree.list('').catch(() => null)) ?? [];
  if (atRoot.some((name) => name === SETTINGS_FILE || name === `${SETTINGS_FILE}/`)) {
    const summary = `${SETTINGS_FILE} is not read in a repo that is not yours`;
    diagnostics.push(errorAt('not_allowed', startOf(SETTINGS_FILE), summary, 'settings of trueup are the operator’s'));
  }
  if (names.length > limits.environments) {
    const summary = `${names.length} environments are more than the ${limits.environments} that are allowed in a repo that is not yours`;
    diagnostics.push(errorAt('not_allowed', startOf(folder), summary));
  }
  return diagnostics;
}

/** Of the environments of such a repo as many as it may have, those that are meant first: however many there are is its author's. */
export function lookedAt(
  names: readonly string[],
  meant: readonly string[] | undefined,
  { policy: { limits } }: ForeignRepo,
): readonly string[] {
  if (names.length <= limits.environments) return names;
  const first = meant === undefined ? names : [...names].sort((left, right) => rank(left) - rank(right));
  return first.slice(0, limits.environments).sort();

  function rank(name: string): number {
    return meant?.includes(name) === true ? 0 : 1;
  }
}

/** Of the operator's variables those that the policy names. */
export function allowedVariables<T>(
  variables: Readonly<Record<string, T>>,
  foreign: ForeignRepo | null,
): Readonly<Record<string, T>> {
  if (foreign === null) return variables;
  const allowed = Object.entries(variables).filter(([name]) => foreign.policy.variables.has(name));
  return Object.fromEntries(allowed);
}

/** No command for such a repo, whatever a policy says; files of the clone where it lists them. */
export function secretGuard(root: string): SecretGuard {
  return async (source) => {
    if (source.source === 'command') return 'no command is run for a repo that is not yours';
    const problem = await outside(root, source.path);
    return problem === null ? null : `it ${problem}`;
  };
}
