/** Environments and resources as they may be written on a command line, from the manifests as they are. */
import { resolve } from 'node:path';
import { builtInDrivers } from '../../drivers/registry.ts';
import { loadDesired, type LoadOptions } from '../../flow/load.ts';
import { openWorkspace } from '../../flow/workspace.ts';
import type { ResourceType } from '../../model/address.ts';
import type { Candidate } from './candidate.ts';

/** Longer than anybody waits for a TAB. */
const PATIENCE_MS = 5000;

const AS_DECLARED: LoadOptions = { variables: {}, profiles: [], secrets: 'leave' };

/**
 * `current` decides the form: `local/service.web` once there is a slash, `service.web` once there is a dot, else names
 * of environments and keys. A form that could mean several resources is not offered.
 */
export async function nameCandidates(
  directory: string,
  current: string,
  types: readonly ResourceType[] | null,
): Promise<readonly Candidate[]> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const options = { directory: resolve(directory), drivers: builtInDrivers, environment: process.env, changing: false };
  const workspace = await openWorkspace(options, signal);
  const { environments } = await loadDesired(workspace, AS_DECLARED, signal);
  const resources = environments.flatMap((environment) =>
    [...environment.resources.values()]
      .filter(({ type }) => types === null || types.includes(type))
      .map(({ address, key, type }) => ({ address, key, type, environment: environment.name })),
  );
  const qualified = resources.map(({ address, environment }) => `${environment}/${address}`);
  if (current.includes('/')) return qualified.map((value) => ({ value, description: '' }));
  if (current.includes('.')) return onlyOnce(resources.map(({ address, environment }) => [address, environment]));
  return [
    ...environments.map(({ name }) => ({ value: name, description: 'environment' })),
    ...onlyOnce([
      ...environments.map(({ name }) => [name, ''] as const),
      ...resources.map(({ key, type, environment }) => [key, `${type} in ${environment}`] as const),
    ]).filter(({ description }) => description !== ''),
  ];
}

function onlyOnce(entries: readonly (readonly [value: string, description: string])[]): readonly Candidate[] {
  const counts = new Map<string, number>();
  for (const [value] of entries) counts.set(value, (counts.get(value) ?? 0) + 1);
  return entries.flatMap(([value, description]) => (counts.get(value) === 1 ? [{ value, description }] : []));
}
