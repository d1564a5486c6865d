/**
 * How it shows that a volume is still being filled from another one. Engines cannot rename volumes, so what moves is
 * copied. A container that is never run stands beside the new volume from before it is made until the old one is gone:
 * while it does, the new volume does not count. Whatever a crash leaves behind is recognisable by these names alone.
 */

/** The label of a container that only helps to move a volume: which one the data comes from. */
export const MOVED_FROM_LABEL = 'dev.trueup.moved_from';

/** The container that marks a volume as incomplete. */
export function markerName(volume: string): string {
  return `${volume}.moving`;
}

/**
 * The containers through which the data is copied: it is read from one and written into the other at the same time, and an
 * engine lets nobody write into a container from which it is still sending.
 */
export function copierNames(volume: string): { readonly reader: string; readonly writer: string } {
  return { reader: `${volume}.reading`, writer: `${volume}.copying` };
}

/** A container as the engine lists it. */
interface Listed {
  readonly Names: readonly string[];
  readonly Labels?: Readonly<Record<string, string>> | null;
}

/** Whether a container only helps to move a volume, and is no service. */
export function isMoveHelper({ Labels: labels }: Pick<Listed, 'Labels'>): boolean {
  return labels?.[MOVED_FROM_LABEL] !== undefined;
}

/**
 * Whether this volume is not whole yet, and must count as missing. The old volume is removed only once all is copied:
 * where it is gone, the new one is whole, whatever marks it.
 */
export function isBeingMoved(
  volume: string,
  helpers: readonly Listed[],
  volumes: readonly { readonly Name: string }[],
): boolean {
  const marker = helpers.find(({ Names: names }) => names.includes(`/${markerName(volume)}`));
  const from = marker?.Labels?.[MOVED_FROM_LABEL];
  return from !== undefined && volumes.some(({ Name: name }) => name === from);
}
