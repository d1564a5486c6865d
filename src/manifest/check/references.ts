/** References: whatever a name refers to has to be declared. The nearest name is offered. */
import { type Address, addressOf, keyOf, type ResourceType, RESOURCE_TYPES, typeOf } from '../../model/address.ts';
import { COLLECTIONS, collectionOf } from '../collections.ts';
import type { ManifestPath, Part } from '../layers.ts';
import { DEFAULT_NETWORK } from '../resolve/networks.ts';
import { type CheckContext, isBroken } from './context.ts';

export function checkReferences(context: CheckContext): void {
  for (const entry of context.entries) {
    const path = ['services', entry.key];
    for (const { address, segment } of entry.declared)
      checkDependency(address, [...path, 'dependencies', segment], context);
    for (const { volume, path: place } of entry.resolved.mounts.used)
      checkReference(addressOf('volume', volume), place, context);
    for (const { network, segment } of entry.attachments) {
      if (segment === null || network === DEFAULT_NETWORK) continue;
      checkReference(
        addressOf('network', network),
        [...path, 'networking', 'networks', segment],
        context,
        partOf(segment),
      );
    }
    checkEngine(entry.service.engine, [...path, 'engine'], context);
  }
  for (const { declared, declaration, path } of context.others) {
    for (const { address, segment } of declared) checkDependency(address, [...path, 'dependencies', segment], context);
    checkEngine(declaration.engine, [...path, 'engine'], context);
  }
  const { manifest } = context.scope;
  for (const [key, { engine }] of Object.entries(manifest.volumes ?? {}))
    checkEngine(engine, ['volumes', key, 'engine'], context);
  for (const [key, { engine }] of Object.entries(manifest.networks ?? {}))
    checkEngine(engine, ['networks', key, 'engine'], context);
  checkKeys(context);
}

/** Whether something declares the address: also a service that takes no part, and an entry that is broken. */
export function isDeclared(address: Address, context: CheckContext): boolean {
  const collection = collectionOf(typeOf(address));
  if (collection === null || context.resources.has(address)) return context.resources.has(address);
  const { manifest, reporter } = context.scope;
  if (Object.hasOwn(manifest[collection] ?? {}, keyOf(address))) return true;
  return isBroken(context, collection, keyOf(address)) && reporter.layers.declares([collection, keyOf(address)]);
}

export function reportUnknown(address: Address, path: ManifestPath, context: CheckContext, part: Part = 'value'): void {
  const type = typeOf(address);
  const keys = [...context.resources.values()]
    .filter((resource) => resource.type === type)
    .map((resource) => resource.key);
  const detail = context.scope.reporter.suggestion(keyOf(address), keys, listed(type, keys));
  const summary = `no ${type} "${keyOf(address)}" is declared`;
  context.scope.reporter.errorAt(part, 'unknown_reference', path, summary, detail);
}

function listed(type: ResourceType, keys: readonly string[]): string {
  if (keys.length === 0) return `no ${type} is declared at all`;
  return `declared: ${keys.slice(0, 10).join(', ')}${keys.length > 10 ? ', …' : ''}`;
}

function checkReference(address: Address, path: ManifestPath, context: CheckContext, part: Part = 'value'): void {
  if (!isDeclared(address, context)) reportUnknown(address, path, context, part);
}

function checkDependency(address: Address, path: ManifestPath, context: CheckContext): void {
  if (context.resources.has(address)) return;
  const services = context.scope.manifest.services ?? {};
  const key = keyOf(address);
  const part = partOf(path.at(-1) ?? '');
  const service = typeOf(address) === 'service' && Object.hasOwn(services, key) ? services[key] : undefined;
  if (service === undefined) {
    checkReference(address, path, context, part);
    return;
  }
  const [profile = ''] = service.profiles ?? [];
  const summary = `service "${key}" takes no part: none of its profiles is asked for`;
  const detail = `add --profile ${profile}, or make the dependency \`criticality: optional\``;
  context.scope.reporter.errorAt(part, 'unknown_reference', path, summary, detail);
}

function checkEngine(engine: string | undefined, path: ManifestPath, context: CheckContext): void {
  if (engine === undefined || Object.hasOwn(context.engines, engine) || isBroken(context, 'engines', engine)) return;
  const names = Object.keys(context.engines).toSorted();
  const detail = context.scope.reporter.suggestion(engine, names, `declared: ${names.join(', ')}`);
  context.scope.reporter.error('unknown_reference', path, `no engine "${engine}" is declared`, detail);
}

/** A key that begins like an address would be taken for one. */
function checkKeys({ scope }: CheckContext): void {
  for (const collection of COLLECTIONS) {
    for (const key of Object.keys(scope.manifest[collection] ?? {})) {
      const type = RESOURCE_TYPES.find((candidate) => key.startsWith(`${candidate}.`));
      if (type === undefined) continue;
      const detail = `"${key}" reads as the address of a ${type}`;
      scope.reporter.errorAt('key', 'invalid_name', [collection, key], `a key must not begin with "${type}."`, detail);
    }
  }
}

/** An item of a list stands for itself; in a map the key is the name. */
function partOf(segment: string): Part {
  return /^\d+$/.test(segment) ? 'value' : 'key';
}
