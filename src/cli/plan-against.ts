/** `trueup plan --against REV`: what merging into a revision would change. No engine is asked, and no secret resolved. */
import { pairsOf } from '../flow/pairs.ts';
import { type EnvironmentPair, planAgainst } from '../flow/plan-against.ts';
import type { DeclaredPair } from '../flow/pairs.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { InvalidManifestsError } from '../model/failure.ts';
import type { Plan } from '../model/plan.ts';
import { safeText } from '../report/safe-text.ts';
import type { CommandContext } from './context.ts';
import type { InputOptions } from './options.ts';
import { planOptions, targetsOf } from './planning.ts';
import { type LoadedSides, loadSides } from './revision-sides.ts';
import { noteUnpinned } from './revisions.ts';

export interface AgainstPlanOptions extends InputOptions {
  readonly revision?: string;
  readonly allowRemovals?: number;
}

/** Of the working tree, or of `--revision`. Mistakes of what is meant are thrown, with the revision that has them. */
export async function plansAgainst(
  context: CommandContext,
  against: string,
  words: readonly string[],
  options: AgainstPlanOptions,
): Promise<readonly Plan[]> {
  const sides = await loadSides(
    context,
    { before: against, after: options.revision ?? null, sinceParted: true },
    options,
  );
  const { before, after, workspace } = sides;
  const pairs = pairsOf(words, sides);
  assertWhole(words, sides, pairs);
  const plans: Plan[] = [];
  for (const pair of pairs) {
    const both = declaredBy(pair);
    if (both === null) continue;
    const { name, addresses } = pair;
    if (both.after === null) {
      const what = safeText(name);
      context.note(
        `${what} is declared no more: merging leaves what runs of it, and \`trueup destroy ${what}\` removes it.`,
      );
    }
    const declared = pair.after ?? pair.before;
    const unpinned = declared === null ? [] : [...new Set([before, after].flatMap((side) => side.unpinned(declared)))];
    noteUnpinned(context, unpinned);
    const asked = planOptions({
      targets: both.after === null ? new Set(addresses) : targetsOf({ environment: both.after, addresses }),
      allowRemovals: options.allowRemovals ?? null,
    });
    const between = { against: before.revision, revision: after.revision, unpinned };
    plans.push(await planAgainst(workspace, both, between, asked));
  }
  return plans;
}

function declaredBy({ before, after }: DeclaredPair): EnvironmentPair | null {
  if (after !== null) return { before, after };
  return before === null ? null : { before, after: null };
}

/** A plan of what has mistakes would say that it is to be removed, or made anew. */
function assertWhole(words: readonly string[], sides: LoadedSides, pairs: readonly DeclaredPair[]): void {
  const { before, after } = sides;
  const isMeant = (name: string): boolean => words.length === 0 || words.includes(name);
  for (const side of [after, before]) {
    if (side.invalid.some(isMeant) || (pairs.length === 0 && hasErrors(side.diagnostics))) {
      const { revision, texts } = side;
      const commit = revision.commit ?? '';
      const readFrom = texts === null ? null : { commit, texts };
      throw new InvalidManifestsError(errorsOf(side.diagnostics), readFrom, { revision, isShown: side === after });
    }
  }
}

function errorsOf(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity === 'error');
}
