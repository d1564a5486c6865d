/** Desired where the working tree itself is what is declared: an edit that is not committed yet is no doing of the world. */
import type { DesiredEnvironment } from '../model/desired.ts';

/**
 * The same, with every edit counted as git's: what differs because a mounted file was edited is carried out like the rest.
 * Inputs stay inputs, so that what is recorded of them is the same as elsewhere.
 */
export function asItLies(environment: DesiredEnvironment): DesiredEnvironment {
  const resources = [...environment.resources].map(
    ([address, resource]) =>
      [address, { ...resource, untracked: resource.untracked.filter(({ kind }) => kind !== 'edit') }] as const,
  );
  return { ...environment, resources: new Map(resources) };
}
