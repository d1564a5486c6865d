/**
 * The kubeconfigs of the user that a cluster was put into: noted with the cluster before they are written, and until they are rid of
 * it, so that every shell means the same files, whatever it calls the kubeconfig of the user. Pure.
 */
import { isJsonArray, type Json, type JsonObject, member } from '../../../model/json.ts';
import { wantedKubeconfigs, type WantedKubeconfig } from './wanted.ts';

/** A kubeconfig that leads to the cluster, or may. */
export interface NotedKubeconfig {
  readonly path: string;
  /** Whether it is there because it was the one that kubectl reads. */
  readonly merged: boolean;
}

/** What was merged once stays where it is, whatever another shell calls the kubeconfig of the user. */
export function wantedOf(config: JsonObject, noted: readonly NotedKubeconfig[]): readonly WantedKubeconfig[] {
  return wantedKubeconfigs(config, noted.find(({ merged }) => merged)?.path);
}

/** With those that are wanted, each for the reason for which it is wanted; the very same list where it says so already. */
export function notedWith(
  noted: readonly NotedKubeconfig[],
  wanted: readonly WantedKubeconfig[],
): readonly NotedKubeconfig[] {
  const reasons = new Map(wanted.map(({ path, merged }) => [path, merged] as const));
  const isSaid = (path: string, merged: boolean): boolean =>
    noted.some((known) => known.path === path && known.merged === merged);
  if (wanted.every(({ path, merged }) => isSaid(path, merged))) return noted;
  const known = new Set(noted.map(({ path }) => path));
  return [
    ...noted.map(({ path, merged }) => ({ path, merged: reasons.get(path) ?? merged })),
    ...wanted.filter(({ path }) => !known.has(path)).map(({ path, merged }) => ({ path, merged })),
  ];
}

export function notedJson(noted: readonly NotedKubeconfig[]): Json {
  return noted.map(({ path, merged }) => ({ path, merged }));
}

/** None of what is none. Marks were written that say the path alone: for which reason it is there, the next change notes. */
export function parseNoted(value: Json): readonly NotedKubeconfig[] {
  return (isJsonArray(value) ? value : []).flatMap((noted) => {
    if (typeof noted === 'string') return [{ path: noted, merged: false }];
    const path = member(noted, 'path');
    return typeof path === 'string' ? [{ path, merged: member(noted, 'merged') === true }] : [];
  });
}
