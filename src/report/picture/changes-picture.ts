/**
 * What a plan changes as a picture, from its document alone: the changes, what they depend on, and whom they take along. What
 * is unchanged and touches none of it is in no document, and is not drawn.
 */
import type { ToldChange } from '../../model/change.ts';
import { changesText } from './changes-text.ts';
import { nameText } from './nodes.ts';
import { nodesOf } from './nodes-of.ts';
import type { Picture, PictureEdge } from './picture.ts';

export function changesPicture(environment: string, changes: readonly ToldChange[]): Picture {
  const edges = changeEdges(changes);
  const nodes = nodesOf(
    changes.flatMap((change) => change.depends_on),
    changes,
  );
  const summary = changesText(changes, nodes, { isWhole: false });
  return { title: `Plan for ${nameText(environment)}`, summary, nodes, edges };
}

/** From each change to what it depends on or uses; once each, also where two changes have one address. */
export function changeEdges(changes: readonly ToldChange[]): readonly PictureEdge[] {
  const byEnds = new Map<string, PictureEdge>();
  for (const { address: from, depends_on } of changes) {
    for (const to of depends_on) byEnds.set(JSON.stringify([from, to]), { from, to, label: '', optional: false });
  }
  return [...byEnds.values()];
}
