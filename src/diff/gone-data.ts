/**
 * Data that somebody took away: what held it was applied, is gone, and is made anew. Nobody gets it back by that, so it is said
 * before it happens that whoever uses it starts on nothing. Pure.
 */
import type { Change } from '../model/change.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { type Diagnostic, warningAt } from '../model/diagnostic.ts';
import { ROOT_PATH } from '../model/field-path.ts';

/** A warning for each, at the line that declares it. */
export function dataGone(
  { resources, locate }: Pick<DesiredEnvironment, 'resources' | 'locate'>,
  changes: readonly Change[],
): readonly Diagnostic[] {
  const remade = changes.filter(
    ({ action, type, cause }) => action === 'create' && type === 'volume' && (cause === 'world' || cause === 'both'),
  );
  return remade.map(({ address }) => {
    const users = [...resources.values()].filter(({ uses }) => uses.includes(address)).map((user) => user.address);
    const starts = `${users.join(', ')} ${users.length === 1 ? 'starts' : 'start'} on empty data`;
    return warningAt(
      'starts_empty',
      locate(address, ROOT_PATH),
      `${address} is gone with its data and is made anew, ${users.length === 0 ? 'empty' : `and ${starts}`}`,
      'if a copy of it is left, put that back before you apply',
    );
  });
}
