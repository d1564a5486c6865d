/**
 * What trueup writes into a kubeconfig: one context with a cluster and a user of its own. The context carries our mark, and only
 * what carries it is ever changed or removed. Clients keep credentials by the name of the user, so no two clusters share one.
 */
import { isJsonArray, type Json, type JsonObject, member, memberAt } from '../../../model/json.ts';

/** Extensions of contexts are kept by kubectl and its like, whatever they know of them. */
const EXTENSION = 'dev.trueup';

export interface ContextEntry {
  /** The name of the context. */
  readonly context: string;
  /** Which cluster it leads to, unique on this machine: a context is found again by it, under whatever name. */
  readonly id: string;
  /** As kubeconfig has them: `server`, `certificate-authority-data` …; `client-certificate-data`, `token` … */
  readonly cluster: JsonObject;
  readonly user: JsonObject;
}

/** The name of the cluster and of the user: that of the context may be that of somebody else's cluster. */
export function partName({ context, id }: ContextEntry): string {
  return `${context}.trueup-${id}`;
}

/** The elements of the three lists. */
export function listedEntries(entry: ContextEntry): Readonly<Record<ListName, JsonObject>> {
  const name = partName(entry);
  return {
    clusters: { name, cluster: entry.cluster },
    users: { name, user: entry.user },
    contexts: {
      name: entry.context,
      context: { cluster: name, user: name, extensions: [{ name: EXTENSION, extension: { id: entry.id } }] },
    },
  };
}

export const LISTS = ['clusters', 'users', 'contexts'] as const;

export type ListName = (typeof LISTS)[number];

/** The id in the mark of an element of `contexts`; `null` where nobody of us wrote it. */
export function markOfContext(element: Json): string | null {
  const extensions = member(member(element, 'context'), 'extensions');
  const found = (isJsonArray(extensions) ? extensions : []).find((known) => member(known, 'name') === EXTENSION);
  const id = memberAt(found, 'extension', 'id');
  return typeof id === 'string' ? id : null;
}
