/** Addresses: `service.web`, or `local/service.web` across environments. The type reaches up to the first dot. */

export const RESOURCE_TYPES = ['service', 'volume', 'network', 'image', 'vm', 'cluster'] as const;

export type ResourceType = (typeof RESOURCE_TYPES)[number];

/** What is started and stopped, and can be waited for; the others only exist. */
export type RunningType = 'service' | 'vm' | 'cluster';

export function canRun(type: ResourceType): type is RunningType {
  return type === 'service' || type === 'vm' || type === 'cluster';
}

export type Address = `${ResourceType}.${string}`;

export interface QualifiedAddress {
  readonly environment: string | null;
  readonly address: Address;
}

export function addressOf(type: ResourceType, key: string): Address {
  return `${type}.${key}`;
}

export function typeOf(address: Address): ResourceType {
  return address.slice(0, address.indexOf('.')) as ResourceType;
}

export function keyOf(address: Address): string {
  return address.slice(address.indexOf('.') + 1);
}

export function isAddress(text: string): text is Address {
  return RESOURCE_TYPES.some((type) => text.startsWith(`${type}.`) && text.length > type.length + 1);
}

/** Splits `local/service.web`; `null` when what follows the slash is no address. An image's key may hold slashes itself. */
export function parseQualifiedAddress(text: string): QualifiedAddress | null {
  if (text.startsWith('image.') && isAddress(text)) return { environment: null, address: text };
  const slash = text.indexOf('/');
  const environment = slash === -1 ? null : text.slice(0, slash);
  const rest = text.slice(slash + 1);
  return isAddress(rest) && environment !== '' ? { environment, address: rest } : null;
}
