/**
 * The line of a difference is that of the value which git moved: where a field is made of a variable, that is often the
 * variable's, and the field's own comes second. Pure.
 */
import type { Change, Difference } from '../model/change.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import type { Address } from '../model/address.ts';

export function withWrittenSources(
  changes: readonly Change[],
  environment: Pick<DesiredEnvironment, 'writtenAt'>,
): readonly Change[] {
  if (environment.writtenAt === undefined) return changes;
  return changes.map((change) => {
    const differences = change.differences.map((difference) => written(difference, change.address, environment));
    if (differences.every((difference, index) => difference === change.differences[index])) return change;
    const [first] = change.differences;
    const isOfFirst = first !== undefined && change.source === first.source;
    return { ...change, differences, source: isOfFirst ? (differences[0]?.source ?? null) : change.source };
  });
}

/** What the world alone moved is as it was written. */
function written(
  difference: Difference,
  address: Address,
  { writtenAt }: Pick<DesiredEnvironment, 'writtenAt'>,
): Difference {
  const { cause, source: via, field_path: path, before } = difference;
  const source = cause === 'world' || via === null ? null : (writtenAt?.(address, path, before) ?? null);
  return source === null || via === null ? difference : { ...difference, source, via };
}
