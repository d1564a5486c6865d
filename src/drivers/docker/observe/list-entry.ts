/**
 * What the list of containers says of one, in a text that is the same as long as nothing that can be listed has changed:
 * names, image, labels, state and verdict, mounts, published ports, and the endpoint on each network, which is another one
 * after every start and every attaching. What it does not show of a container that runs are the settings that the engine
 * can change alive (limits, restart policy: `update`) and the names on its networks (`connect`); of each of them engines
 * tell. All else of a container is fixed when it is made. Of one that does not run neither need be told nor be listed.
 */
import { canonicalJson, compareText, type Json } from '../../../model/json.ts';
import type { ContainerSummary } from '../api/wire.ts';

/** `null` for what must be inspected in any case. */
export function listEntry(summary: ContainerSummary): string | null {
  // In words for people: since when it runs, and in parentheses what more there is to say.
  const { Status: words, ...rest } = summary;
  const verdict = /\(.*\)/.exec(words)?.[0] ?? '';
  if (summary.State !== 'running' || (verdict !== '' && verdict !== '(healthy)')) return null;
  const parts = Object.entries(rest).map(([name, value]): [string, Json] => [name, inOrder(value as Json)]);
  return canonicalJson([verdict, Object.fromEntries(parts)]);
}

/** The engine lists mounts and ports in any order. */
function inOrder(value: Json): Json {
  if (!Array.isArray(value)) return value;
  return (value as readonly Json[]).map((item) => canonicalJson(item)).toSorted(compareText);
}
