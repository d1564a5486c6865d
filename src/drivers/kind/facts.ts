/** What a connection learns: the version of kind, and of the engine that its nodes run on. */
import type { Facts } from '../../model/observed.ts';

export interface KindFacts extends Facts {
  readonly kind: 'kind';
  /** Of kind. */
  readonly version: string;
  readonly container_engine: string;
}
