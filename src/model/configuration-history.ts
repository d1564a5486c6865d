/** The configurations that were applied to a VM, one version after another. Names are those of the tools around VMs. */
import type { Revision } from './desired.ts';

export const CONFIGURATION_HISTORY_FORMAT_VERSION = '1.0';

export interface ConfigurationVersion {
  readonly id: string;
  /** Of what has versions, which outlives the object: `local/vm.builder`. */
  readonly configId: string;
  /** From 1 on. */
  readonly version: number;
  /** YAML, with defaults filled in and secrets hidden. */
  readonly content: string;
  /** What is otherwise than in the version before. */
  readonly changeDescription: string;
  /** ISO 8601: when it was applied. */
  readonly createdAt: string;
  /** That it was applied from: what `rollback` goes back to. */
  readonly revision: Revision;
  /** Of the whole configuration with what is secret in it as a keyed hash. Never leaves the machine. */
  readonly digest: string;
}
