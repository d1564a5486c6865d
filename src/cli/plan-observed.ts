/** `trueup plan --observed FILE`: plans without an engine, as the checkout that took the observation. */
import { resolve } from 'node:path';
import { assertSame, planObserved } from '../flow/plan-observed.ts';
import { TrueupError } from '../model/failure.ts';
import type { Plan } from '../model/plan.ts';
import { readObservationFile } from '../state/observation-file.ts';
import type { CommandContext } from './context.ts';
import type { InputOptions } from './options.ts';
import { planOptions, replacedIn, targetsOf, toldByPlan } from './planning.ts';
import { selectedAt, withUnpinned } from './revision-selecting.ts';

export interface ObservedPlanOptions extends InputOptions {
  readonly revision?: string;
  readonly replace: readonly string[];
  readonly allowRemovals?: number;
}

/** Without words, of the environment that the observation is of. No secret is resolved. */
export async function plansObserved(
  context: CommandContext,
  file: string,
  words: readonly string[],
  options: ObservedPlanOptions,
): Promise<readonly Plan[]> {
  const observed = await readObservationFile(resolve(context.directory, file));
  const { environment: name } = observed;
  const asked = words.length === 0 ? [name] : words;
  const wanted = { access: 'read', secrets: 'leave', told: toldByPlan(context) } as const;
  const { workspace, selected } = await selectedAt(context, options.revision, asked, options, wanted).catch(
    (error: unknown) => {
      const isUnknown = error instanceof TrueupError && error.code === 'address_not_found';
      throw words.length === 0 && isUnknown ? notDeclared(name, error) : error;
    },
  );
  for (const { environment } of selected) assertSame(environment, observed);
  const plans: Plan[] = [];
  for (const { unpinned, ...selection } of selected) {
    const { environment } = selection;
    const limits = planOptions({
      targets: targetsOf(selection),
      replace: replacedIn(environment, options.replace),
      allowRemovals: options.allowRemovals ?? null,
    });
    plans.push(withUnpinned(await planObserved(workspace, environment, observed, limits), unpinned));
  }
  return plans;
}

function notDeclared(name: string, { next }: TrueupError): TrueupError {
  return new TrueupError('environment_not_found', `the observation is of "${name}", which nothing declares here`, {
    fields: { environment: name },
    ...(next === null ? {} : { next }),
  });
}
