/** Plan options as commands fill them in, and the report of a plan. */
import { planOfAll, type PlanOptions } from '../flow/planning.ts';
import { type Selected, withDependencies } from '../flow/selection.ts';
import type { DiagnosticCode } from '../model/codes.ts';
import type { Address } from '../model/address.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { TrueupError } from '../model/failure.ts';
import { nearest } from '../model/nearest.ts';
import type { CommandContext } from './context.ts';

/** A plan of everything, with nothing asked for beyond what differs. */
export function planOptions(overrides: Partial<PlanOptions> = {}): PlanOptions {
  return { ...planOfAll(Date.now(), 'heal_all'), ...overrides };
}

/** Warnings of the loader that the text of a plan, or of drift, has at their lines as well: they are said once. */
export function toldByPlan({ output }: Pick<CommandContext, 'output'>): readonly DiagnosticCode[] {
  return output === 'text' ? ['expired_rule'] : [];
}

/** The addresses that were named, with their dependencies; empty for a whole environment. */
export function targetsOf({ environment, addresses }: Selected): ReadonlySet<Address> {
  return addresses.length === 0 ? new Set() : withDependencies(environment, addresses);
}

/** `--replace` values: addresses, keys, or either behind the name of the environment. */
export function replacedIn(environment: DesiredEnvironment, words: readonly string[]): ReadonlySet<Address> {
  const replaced = new Set<Address>();
  for (const word of words) {
    const key = word.startsWith(`${environment.name}/`) ? word.slice(environment.name.length + 1) : word;
    const found = [...environment.resources.values()].find((item) => item.address === key || item.key === key);
    if (found !== undefined) {
      replaced.add(found.address);
      continue;
    }
    if (word.includes('/') && !word.startsWith(`${environment.name}/`)) continue;
    const suggestion = nearest(key, environment.resources.keys());
    throw new TrueupError(
      'address_not_found',
      `--replace: nothing in ${environment.name} is called "${word}"`,
      suggestion === null ? {} : { next: `did you mean ${suggestion}?` },
    );
  }
  return replaced;
}
