/**
 * An environment as a picture; with the changes of a plan also what happens to each resource, what is drawn for that alone
 * since it is to be removed, and whom a change restarts or reconnects along.
 */
import type { Change } from '../../model/change.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { dependencyEdges } from '../dependency-edges.ts';
import { plural } from '../words.ts';
import { changesText } from './changes-text.ts';
import { nameText } from './nodes.ts';
import { nodesOf } from './nodes-of.ts';
import type { Picture } from './picture.ts';

/** `changes` is `null` where no plan was asked for, which is not the same as a plan without changes. */
export function environmentPicture(environment: DesiredEnvironment, changes: readonly Change[] | null): Picture {
  const edges = dependencyEdges(environment);
  const nodes = nodesOf([...environment.resources.keys(), ...edges.map(({ to }) => to)], changes ?? []);
  const name = nameText(environment.name);
  return {
    title: changes === null ? `Environment ${name}` : `Plan for ${name}`,
    summary: changes === null ? plural(nodes.length, 'resource') : changesText(changes, nodes, { isWhole: true }),
    nodes,
    edges,
  };
}
