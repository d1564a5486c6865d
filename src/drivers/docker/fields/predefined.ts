/** The networks that the engine makes itself. In them a container has no names but its own. */

/** The machine's own. A container is in it from its creation, or never. */
export const HOST = 'host';

/** Being in it is being in no network. */
export const NONE = 'none';

const PREDEFINED: readonly string[] = [HOST, NONE, 'bridge', 'default'];

export function isPredefined(networkName: string): boolean {
  return PREDEFINED.includes(networkName);
}
