/**
 * Published ports: what can be reached of a service, whatever number it is published under, and from where: from its machine
 * alone, or from outside. The same both ways. Pure.
 */
import { isJsonObject, type Json, member, memberAt, scalarText } from '../../model/json.ts';
import type { HeldField, HeldSide } from './held-field.ts';
import { isLoopback } from './host-names.ts';

/** Whether both sides publish the same of the service, under other numbers or on other addresses of their machines. */
export function isPublishedOtherwise({ names, source, target }: HeldField): boolean {
  const [first, second, , part] = names;
  if (first !== 'networking' || second !== 'ports') return false;
  if (part !== undefined) return part === 'host_port' || part === 'host_ip';
  const [held, other] = source.value === null ? [target, source] : [source, target];
  if (other.value !== null) return false;
  // A process has the ports of its machine: nothing tells which of them stands for which.
  if (isProcess(source) && isProcess(target)) return protocolsOf(source).join() === protocolsOf(target).join();
  const inside = insideOf(held.value);
  return publishedOf(other).some((port) => insideOf(port) === inside);
}

/** Whether both sides publish the same of it, one of them to its machine alone. */
export function isExposedOtherwise(field: HeldField): boolean {
  const { names, source, target } = field;
  if (!isPublishedOtherwise(field) || names[3] === 'host_port') return false;
  const [, , key = ''] = names;
  const [one, other] = [portAt(source, key), portAt(target, key)];
  return isForMachineAlone(source, one ?? other) !== isForMachineAlone(target, other ?? one);
}

function portAt({ config }: HeldSide, key: string): Json {
  return memberAt(config, 'networking', 'ports', key);
}

/** Of a process nothing tells which of its ports stands for which. */
function isForMachineAlone(side: HeldSide, port: Json): boolean {
  const isAlike = isProcess(side)
    ? (each: Json): boolean => protocolOf(each) === protocolOf(port)
    : (each: Json): boolean => insideOf(each) === insideOf(port);
  return publishedOf(side)
    .filter(isAlike)
    .every((each) => isForMachine(member(each, 'host_ip')));
}

/** Whether a machine of a developer publishes to itself alone what the other side does not publish. */
export function isForDeveloper(published: HeldSide, other: HeldSide, names: readonly string[]): boolean {
  const [first, second, ...port] = names;
  if (first !== 'networking' || second !== 'ports' || port.length !== 1) return false;
  if (published.type !== 'local' || other.value !== null) return false;
  const isElsewhere = publishedOf(other).some((each) => insideOf(each) === insideOf(published.value));
  return !isElsewhere && isForMachine(member(published.value, 'host_ip'));
}

/** Left out, a port is published at every address of its machine. */
function isForMachine(address: Json): boolean {
  return typeof address === 'string' && isLoopback(address.replace(/^\[(.*)\]$/, '$1'));
}

/** `80/tcp` */
export function insideOf(port: Json): string {
  return `${scalarText(member(port, 'container_port'))}/${protocolOf(port)}`;
}

function protocolsOf(side: HeldSide): readonly string[] {
  return publishedOf(side).map(protocolOf).toSorted();
}

function protocolOf(port: Json): string {
  return scalarText(member(port, 'protocol') ?? 'tcp');
}

function publishedOf({ config }: HeldSide): readonly Json[] {
  const ports = memberAt(config, 'networking', 'ports');
  return isJsonObject(ports) ? Object.values(ports) : [];
}

function isProcess({ config }: HeldSide): boolean {
  return isJsonObject(config['process']);
}
