/** Whether the kubeconfigs of the user lead to a cluster as they are declared to, and no others do. */
import type { JsonObject } from '../../../model/json.ts';
import type { ContextEntry } from './entry.ts';
import { type NotedKubeconfig, notedWith, wantedOf } from './noted.ts';
import { leadsTo } from './put.ts';

/** `config` is what was declared last. `entryOf` is asked for only where a kubeconfig is to lead there; `null` where nobody knows the way. */
export async function kubeconfigsLead(
  config: JsonObject,
  noted: readonly NotedKubeconfig[],
  entryOf: () => Promise<ContextEntry | null>,
): Promise<boolean> {
  const wanted = wantedOf(config, noted);
  // What is not noted, another shell would take elsewhere, and a removal would leave behind.
  if (notedWith(noted, wanted) !== noted) return false;
  if (noted.some(({ path }) => wanted.every((known) => known.path !== path))) return false;
  const entry = wanted.length === 0 ? null : await entryOf();
  if (entry === null) return wanted.length === 0;
  const led = await Promise.all(wanted.map(({ path, switching }) => leadsTo(path, entry, switching)));
  return led.every(Boolean);
}
