/** What VMs and clusters differ in that matters more, or less, than its value shows. The same both ways. Pure. */
import { isJsonArray, type Json, memberAt } from '../../model/json.ts';
import { minorsAhead } from '../../model/kubernetes-versions.ts';
import type { HeldField, HeldSide } from './held-field.ts';

/** Whether both say what the image has to contain, and it is the same. */
export function isSameContent({ source, target }: HeldField): boolean {
  const [one = [], other = []] = [source, target].map(({ config }) => digestsIn(memberAt(config, 'image', 'digest')));
  return one.some((digest) => other.includes(digest));
}

/** Of what is there an engine may know one content by several algorithms. */
function digestsIn(digest: Json | undefined): readonly Json[] {
  const digests = isJsonArray(digest) ? digest : [digest];
  return digests.filter((one) => typeof one === 'string');
}

/** `skew`: no client is made for both. `minor`: neighbours. */
export type KubernetesRelation = 'unknown' | 'patch' | 'minor' | 'skew';

export function kubernetesRelation(left: Json, right: Json): KubernetesRelation {
  if (typeof left !== 'string' || typeof right !== 'string') return 'unknown';
  const ahead = minorsAhead(left, right);
  if (ahead === null) return 'unknown';
  if (ahead !== 0) return Math.abs(ahead) > 1 ? 'skew' : 'minor';
  // Without a patch level it may be the very same one.
  return [left, right].every(isWhole) ? 'patch' : 'unknown';
}

function isWhole(version: string): boolean {
  return /^v?\d+\.\d+\.\d+/.test(version);
}

/** What a driver makes of counts only its model knows: where it is not known, nothing is said. */
export function isSingleNodeOnOneSide({ source, target }: HeldField): boolean {
  const [one, other] = [nodesOf(source), nodesOf(target)];
  return one !== null && other !== null && (one === 1) !== (other === 1);
}

function nodesOf({ resource }: HeldSide): number | null {
  return resource?.node_count ?? null;
}
