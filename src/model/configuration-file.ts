/** What is declared of a VM, as tools around VMs show its configuration file. Names are theirs. */
export interface ConfigurationFile {
  /** Of what has versions, which outlives the object: `local/vm.builder`. */
  readonly id: string;
  /** The engine's own; `null` where the VM is not there, and where its engine does not answer. */
  readonly vmId: string | null;
  /** The manifest that declares it, relative to the root of the repo; `null` for what no file declares by itself. */
  readonly filename: string | null;
  /** YAML, with defaults filled in and secrets hidden. */
  readonly content: string;
  /** The word of the engine's own validator; `null` where that is not to be had, or did not answer in time. */
  readonly isValid: boolean | null;
  readonly validationErrors: readonly string[];
  /** ISO 8601, these two: when one was applied first, and another one last; `null` where none was. */
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
}
