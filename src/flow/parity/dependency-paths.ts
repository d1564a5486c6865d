/** A parity names the services that something depends on by key, and desired by address: the path of one for the other. Pure. */
import { addressOf, isAddress, keyOf, typeOf } from '../../model/address.ts';
import { type FieldPath, fieldPath, parseFieldPath } from '../../model/field-path.ts';

export function desiredPath(path: FieldPath): FieldPath {
  return renamed(path, (name) => (isAddress(name) ? name : addressOf('service', name)));
}

export function parityPath(path: FieldPath): FieldPath {
  return renamed(path, (name) => (isAddress(name) && typeOf(name) === 'service' ? keyOf(name) : name));
}

function renamed(path: FieldPath, rename: (name: string) => string): FieldPath {
  const [group, name, ...rest] = parseFieldPath(path) ?? [];
  return group === 'dependencies' && name !== undefined ? fieldPath(group, rename(name), ...rest) : path;
}
