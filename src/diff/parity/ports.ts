/** Published ports: what can be reached of a service, whatever number it is published under. The same both ways. Pure. */
import { isJsonObject, type Json, member, memberAt, scalarText } from '../../model/json.ts';
import type { HeldField, HeldSide } from './held-field.ts';

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
