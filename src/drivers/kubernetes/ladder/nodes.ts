/** The rung `nodes_ready`: as many nodes as declared, each of them ready and taking pods. Pure. */
import { isJsonArray, type Json, type JsonObject, member, memberAt, scalarText } from '../../../model/json.ts';

/** Why it is not reached; `null` for reached. */
export function nodesReason(nodes: readonly JsonObject[], expected: number): string | null {
  if (nodes.length < expected) return `${nodes.length} of ${expected} nodes are there`;
  const waiting = nodes.flatMap((node) => {
    const why = nodeReason(node);
    return why === null ? [] : [`node ${nameOf(node)} ${why}`];
  });
  const [first] = waiting;
  if (first === undefined) return null;
  return waiting.length === 1 ? first : `${first}; and ${waiting.length - 1} more are not ready`;
}

/** What keeps one node from taking pods; `null` for nothing. */
function nodeReason(node: JsonObject): string | null {
  const ready = conditionOf(node, 'Ready');
  if (ready === null) return 'has not reported yet';
  if (member(ready, 'status') === 'Unknown') return `is not heard of any more: ${messageOf(ready)}`;
  if (member(ready, 'status') !== 'True') return `is not ready: ${messageOf(ready)}`;
  const taints = memberAt(node, 'spec', 'taints');
  const taint = (isJsonArray(taints) ? taints : []).find((found) => HOLDS_BACK.test(scalarText(member(found, 'key'))));
  return taint === undefined ? null : `is still tainted ${scalarText(member(taint, 'key'))}`;
}

/** Taints that come and go by themselves while a node begins or is lost. */
const HOLDS_BACK =
  /^node\.(cloudprovider\.)?kubernetes\.io\/(not-ready|uninitialized|unreachable|network-unavailable)$/;

export function conditionOf(object: Json, type: string): Json {
  const conditions = memberAt(object, 'status', 'conditions');
  return (isJsonArray(conditions) ? conditions : []).find((condition) => member(condition, 'type') === type) ?? null;
}

export function nameOf(object: Json): string {
  return scalarText(memberAt(object, 'metadata', 'name'));
}

function messageOf(condition: Json): string {
  const [message, reason] = [member(condition, 'message'), member(condition, 'reason')];
  if (typeof message === 'string' && message !== '') return message;
  return typeof reason === 'string' && reason !== '' ? reason : 'it does not say why';
}
