/**
 * What of a parity can be put right in the manifests of its source: differences that nobody has waived and whose rule takes the value
 * of the target, in the words of the source and with the paths of its checkout. Pure.
 */
import { aliasesOf } from '../../diff/parity/common-words.ts';
import { withVersionOf } from '../../diff/parity/image-reference.ts';
import { isUnwaived } from '../../diff/parity/verdict.ts';
import { type Address, addressOf, isAddress, keyOf, typeOf } from '../../model/address.ts';
import { fieldPath, parseFieldPath, valueAt, withValueAt } from '../../model/field-path.ts';
import type { Json } from '../../model/json.ts';
import type { ConfigurationDiffReport, ParityDifference, ServiceDiff } from '../../model/parity.ts';
import type { FoundField, FoundResource } from '../drift-objections.ts';
import { configInCheckout } from '../relocated.ts';
import { desiredPath } from './dependency-paths.ts';

export interface FixableOptions {
  /** Absolute path of the repo. */
  readonly root: string;
  /** Whether somebody wants it. */
  isChosen(diff: ServiceDiff, difference: ParityDifference): boolean;
}

const IMAGE = fieldPath('container', 'image');

export function fixableIn(
  report: ConfigurationDiffReport,
  { root, isChosen }: FixableOptions,
): readonly FoundResource[] {
  return [...report.service_diffs, ...report.metadata.resource_diffs].flatMap((diff): readonly FoundResource[] => {
    const differences = diff.differences.filter((one) => isFixable(one) && isChosen(diff, one));
    if (differences.length === 0) return [];
    const fields = differences.map((one) => fieldOf(one, diff, root));
    return [{ address: addressIn(diff.service_name), kind: 'differs', differences: fields }];
  });
}

export function isFixable(difference: ParityDifference): boolean {
  return difference.metadata.auto_fixable && isUnwaived(difference);
}

/** Services stand in a report by key, other resources by address. */
export function addressIn(name: string): Address {
  return isAddress(name) && typeOf(name) !== 'service' ? name : addressOf('service', name);
}

function fieldOf(difference: ParityDifference, diff: ServiceDiff, root: string): FoundField {
  const path = desiredPath(difference.field_path);
  const config = withValueAt({}, path, inWordsOfSource(difference, diff));
  return {
    field_path: path,
    before: valueAt(configInCheckout(config, root), path),
    after: difference.source_value,
    source: difference.metadata.source_at,
  };
}

/**
 * A service that has another name in the target is found there by that one, and here by its own; and an image is fetched here from where
 * it is fetched.
 */
function inWordsOfSource(difference: ParityDifference, diff: ServiceDiff): Json {
  const { field_path: path, source_value: own, target_value: value } = difference;
  const { paired_with: other } = diff.metadata;
  const names = parseFieldPath(path) ?? [];
  if (path === IMAGE && typeof own === 'string' && typeof value === 'string') return withVersionOf(own, value);
  const isAliases = names[0] === 'networking' && names[1] === 'networks' && names[3] === 'aliases';
  return other !== undefined && isAliases ? aliasesOf(value, other, keyOf(addressIn(diff.service_name))) : value;
}
