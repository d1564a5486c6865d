/** What a change made of a parity: the same two sides at an earlier revision and now. Pure. */
import { keyOf, typeOf } from '../model/address.ts';
import type { Revision } from '../model/desired.ts';
import type { ConfigurationDiffReport, ParityBefore } from '../model/parity.ts';
import { isMissing, severityOf, unwaived } from './parity-words.ts';

/** `revision` is that of `earlier`. */
export function parityBefore(
  earlier: ConfigurationDiffReport,
  now: ConfigurationDiffReport,
  revision: Revision,
): ParityBefore {
  const unknown = unknownIn(earlier).union(unknownIn(now));
  const [before, after] = [countingIn(earlier, unknown), countingIn(now, unknown)];
  return {
    revision,
    score: earlier.metadata.score,
    overall_status: earlier.overall_status,
    gone: before.difference(after).size,
    added: after.difference(before).size,
  };
}

/** Of what was not known once nobody can say what became of it. */
function unknownIn({ metadata: { unknown } }: ConfigurationDiffReport): ReadonlySet<string> {
  const addresses = unknown.flatMap(({ addresses: some }) => some);
  return new Set(addresses.map((address) => (typeOf(address) === 'service' ? keyOf(address) : address)));
}

/** A name for each difference at warning or above that nobody has waived: where it is, whatever its values are. */
function countingIn(
  { service_diffs: services, metadata }: ConfigurationDiffReport,
  unknown: ReadonlySet<string>,
): ReadonlySet<string> {
  return new Set(
    [...services, ...metadata.resource_diffs].flatMap((diff) => {
      const { service_name: name, status } = diff;
      if (unknown.has(name)) return [];
      if (isMissing(diff)) return ['info', null].includes(severityOf(diff)) ? [] : [`${name} ${status}`];
      const counting = unwaived(diff).filter(({ severity }) => severity !== 'info');
      return counting.map(({ field_path: path }) => `${name} ${path}`);
    }),
  );
}
