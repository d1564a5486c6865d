/** `adopted`: what is claimed keeps its name, what somebody else made stays theirs, and a process is never anybody else's. */
import type { Adopted } from '../../model/generated/environment.ts';
import type { CheckContext } from './context.ts';

interface Claiming {
  readonly name?: string;
  readonly adopted?: Adopted;
  readonly external?: boolean;
  readonly process?: object;
}

export function checkAdopted(context: CheckContext): void {
  const { services = {}, volumes = {}, networks = {} } = context.scope.manifest;
  for (const [key, service] of Object.entries(services)) checkClaim('services', key, service, context);
  for (const [key, volume] of Object.entries(volumes)) checkClaim('volumes', key, volume, context);
  for (const [key, network] of Object.entries(networks)) checkClaim('networks', key, network, context);
}

function checkClaim(group: string, key: string, resource: Claiming, { scope: { reporter } }: CheckContext): void {
  const { adopted, name, external = false, process } = resource;
  if (adopted === undefined) return;
  const path = [group, key, 'adopted'];
  if (process !== undefined) {
    const summary = 'a process is always made by trueup, and is not adopted';
    reporter.errorAt('key', 'invalid_value', path, summary, 'leave it out');
  } else if (external) {
    const summary = "what is external is somebody else's, and is not adopted";
    reporter.errorAt('key', 'invalid_value', path, summary, 'leave out one of the two');
  } else if (name !== undefined && name !== adopted.name) {
    const summary = `what is adopted as "${adopted.name}" keeps that name`;
    reporter.error('invalid_name', [group, key, 'name'], summary, 'leave the name out');
  }
}
