/** What an engine cannot be given, each with its exact field, so that it is an error at its line and not one of a run. */
import type { DesiredResource } from '../../../model/desired.ts';
import { member, memberAt } from '../../../model/json.ts';
import type { Facts } from '../../../model/observed.ts';
import type { Unsupported } from '../../driver.ts';
import { SERVICE_GROUPS } from './groups.ts';
import { isIpv6 } from './ip.ts';
import { membersOf } from './parts.ts';
import { HOST, isPredefined, NONE } from './predefined.ts';
import { refusedIf } from './refusal.ts';

export function unsupportedFields(resource: DesiredResource, facts: Facts | null): readonly Unsupported[] {
  if (resource.external) return resource.type === 'network' ? otherKey(resource) : [];
  if (resource.type === 'service') return unsupportedOfService(resource, facts);
  if (resource.type === 'network') return unsupportedOfNetwork(resource);
  return resource.type === 'volume' ? shortName(resource) : [];
}

function unsupportedOfService(resource: DesiredResource, facts: Facts | null): readonly Unsupported[] {
  const { config } = resource;
  const isProcess = member(config, 'process') !== null;
  const detail = 'place the service on an engine with `driver: process`';
  return [
    ...shortName(resource),
    ...refusedIf(isProcess, ['process'], 'a container engine runs no local processes', detail),
    ...SERVICE_GROUPS.flatMap((group) => group.unsupported?.(config, facts) ?? []),
  ];
}

function shortName({ type, name }: DesiredResource): readonly Unsupported[] {
  return refusedIf(
    name.length < 2,
    ['name'],
    `"${name}" is too short for the name of a ${type}`,
    'at least two characters',
  );
}

/** Being in these is a property of a container, and what a change of it takes is told by the key. */
function otherKey({ key, name }: DesiredResource): readonly Unsupported[] {
  return refusedIf(
    (name === HOST || name === NONE) && key !== name,
    ['name'],
    `the network "${name}" of the engine cannot have the key "${key}"`,
    `use the key "${name}"`,
  );
}

function unsupportedOfNetwork({ name, config }: DesiredResource): readonly Unsupported[] {
  const subnets = Object.keys(membersOf(memberAt(config, 'ipam', 'config')));
  const more = [subnets.filter(isIpv6), subnets.filter((subnet) => !isIpv6(subnet))].flatMap((family) =>
    family.slice(1),
  );
  const isBridge = member(config, 'driver') === 'bridge';
  return [
    ...refusedIf(
      isPredefined(name),
      ['name'],
      `the network "${name}" is the engine's own and cannot be made`,
      'choose another name, or say `external: true` to use the one of the engine',
    ),
    ...more.flatMap((subnet) =>
      refusedIf(
        isBridge,
        ['ipam', 'config', subnet],
        `a bridge has one subnet of each family, and ${subnet} is one more`,
        'declare another network for it',
      ),
    ),
  ];
}
