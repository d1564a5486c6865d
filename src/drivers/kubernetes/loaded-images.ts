/**
 * The images that somebody has put into the nodes of a cluster, or that they have fetched, as the nodes themselves tell: without those
 * that every node has to have. A node tells of a limited number of them, the largest ones. Pure.
 */
import { isJsonArray, isJsonObject, type JsonObject, memberAt } from '../../model/json.ts';

export interface LoadedImages {
  /** As people call them, each once, in the order of the alphabet. */
  readonly names: readonly string[];
  /** Whether a node may have more than it tells of. */
  readonly isCut: boolean;
}

/** The kubelet's own limit (`nodeStatusMaxImages`), where nobody has set another. */
const MOST_TOLD = 50;

/** What the control plane is made of, by their very names: addons come from the same registry. And what kind brings along. */
const OF_EVERY_NODE =
  /^((registry\.k8s\.io|k8s\.gcr\.io)\/(kube-(apiserver|controller-manager|proxy|scheduler)(-[a-z0-9]+)?|etcd|coredns(\/coredns)?|pause)[:@]|docker\.io\/kindest\/)/;

export function loadedImages(nodes: readonly JsonObject[]): LoadedImages {
  const told = nodes.map((node) => {
    const images = memberAt(node, 'status', 'images');
    return (isJsonArray(images) ? images : []).filter(isJsonObject);
  });
  const names = told.flat().flatMap((image) => {
    const found = image['names'];
    const own = (isJsonArray(found) ? found : []).filter((name) => typeof name === 'string');
    const isOfTheSystem = own.some((name) => OF_EVERY_NODE.test(name));
    // By its digest alone it is called by nobody who has a name for it.
    const [name] = [...own.filter((text) => !text.includes('@')), ...own];
    return name === undefined || isOfTheSystem ? [] : [short(name)];
  });
  return { names: [...new Set(names)].toSorted(), isCut: told.some((images) => images.length >= MOST_TOLD) };
}

function short(name: string): string {
  return name.replace(/^docker\.io\/(library\/)?/, '');
}
