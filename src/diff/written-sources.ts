/**
 * The line of a difference is that of the value which git moved: where a field is made of a variable, that is often the
 * variable's, and the field's own comes second. Pure.
 */
import type { Difference } from '../model/change.ts';
import type { SourceRange } from '../model/source.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import type { Address } from '../model/address.ts';

/** A change, or one that is withheld. */
interface Located {
  readonly address: Address;
  readonly differences?: readonly Difference[];
  readonly source?: SourceRange | null;
}

export function withWrittenSources<T extends Located>(
  items: readonly T[],
  environment: Pick<DesiredEnvironment, 'writtenAt'>,
): readonly T[] {
  if (environment.writtenAt === undefined) return items;
  return items.map((item) => {
    const { address, differences: given = [] } = item;
    const differences = given.map((difference) => written(difference, address, environment));
    if (differences.every((difference, index) => difference === given[index])) return item;
    const [first] = given;
    const isOfFirst = first !== undefined && item.source === first.source;
    const source = isOfFirst ? differences[0]?.source : item.source;
    return { ...item, differences, ...(source === undefined ? {} : { source }) };
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
