/** What a picture shows, before anybody knows where on it. Every text in it is one safe line. */
import type { ChangeAction } from '../../model/change.ts';
import type { ChangeStatus } from '../run-changes.ts';

/** What happens to a resource: an action of its own, or `along` where it goes down with others; of a run, how its change ended. */
export type Mark = ChangeAction | 'along' | ChangeStatus;

export interface PictureNode {
  /** Unique in the picture, and never shown. */
  readonly id: string;
  /** `null` where nothing happens to it. */
  readonly mark: Mark | null;
  /** What stands in the box: the address first. */
  readonly lines: readonly string[];
  /** The same in whole sentences, with why: one a line. */
  readonly told: readonly string[];
}

export interface PictureEdge {
  /** The id of who depends. */
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly optional: boolean;
}

export interface Picture {
  readonly title: string;
  readonly summary: string;
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
}
