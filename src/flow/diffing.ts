/** Diff: what two loaded revisions declare otherwise, environment by environment. Needs no engine. */
import { differenceBetween } from '../diff/between.ts';
import type { DeclaredDiff, InvalidSide } from '../model/declared-diff.ts';
import type { DeclaredSide, DeclaredSides } from './declared-sides.ts';
import { modelsOf } from './load.ts';
import type { DeclaredPair } from './pairs.ts';
import type { Workspace } from './workspace.ts';

/** Environments that have mistakes at one of the two are named, and the others compared. */
export async function diffOf(
  { before, after }: DeclaredSides,
  pairs: readonly DeclaredPair[],
  { drivers, settings }: Pick<Workspace, 'drivers' | 'settings'>,
): Promise<DeclaredDiff> {
  const found = await Promise.all(
    pairs.map(async (pair) => {
      const models = pair.after === null ? new Map() : await modelsOf(pair.after, drivers);
      return differenceBetween({ ...pair, models, severities: settings.severities });
    }),
  );
  const environments = found.filter((difference) => difference !== null);
  return {
    before: before.revision,
    after: after.revision,
    environments,
    unchanged: found.length - environments.length,
    invalid: [...invalidOf('before', before), ...invalidOf('after', after)],
  };
}

function invalidOf(side: InvalidSide['side'], { invalid, diagnostics }: DeclaredSide): readonly InvalidSide[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return errors.length === 0 ? [] : [{ side, environments: invalid, diagnostics: errors }];
}
