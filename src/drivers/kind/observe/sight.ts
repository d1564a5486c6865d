/** All that is looked at of one cluster. */
import type { JsonObject } from '../../../model/json.ts';
import type { Contents } from '../../kubernetes/contents.ts';
import type { Group } from '../nodes/groups.ts';
import type { Harm } from './control-files.ts';
import type { ClusterFiles } from './look.ts';
import type { NodeSight } from './nodes.ts';

/** What the API server says; `null` where it does not answer. */
export interface LiveCluster {
  readonly version: string | null;
  /** What the nodes of each group carry. */
  readonly carried: Readonly<Record<Group, JsonObject>>;
  readonly addons: JsonObject;
  /** Whether it still has what the cluster was begun with. */
  readonly isWhole: boolean;
  /** Whether kind got to its end with it, or somebody uses it all the same. Looked at where no note of ours says so. */
  readonly isMade: boolean;
  readonly contents: Contents;
}

export interface ClusterSight {
  readonly name: string;
  readonly nodes: readonly NodeSight[];
  readonly files: ClusterFiles;
  /** What is gone from the disk of its control plane. */
  readonly harm: Harm;
  readonly live: LiveCluster | null;
  /** Whether nobody listens where its API should be: what is slow, or lets nobody in, is there. */
  readonly isDown: boolean;
  /** Whether the contexts that were declared lead to it. */
  readonly kubeconfig: boolean;
}
