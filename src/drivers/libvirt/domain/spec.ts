/** All that the definition of a machine is made of. */
import type { JsonObject } from '../../../model/json.ts';
import type { Accelerator } from '../facts.ts';
import type { OwnerMark } from '../../owner-mark.ts';

export interface DiskSource {
  /** `disk`, or the name of a further one. */
  readonly disk: string;
  /** Its volume in the pool. */
  readonly volume: string;
  readonly format: string;
}

export interface DomainSpec {
  readonly name: string;
  /** Of the machine of that name that is defined already; `null` for none. */
  readonly uuid: string | null;
  /** In the long form of the manifests. */
  readonly config: JsonObject;
  /** `null` for what is nobody's, and gone in a moment. */
  readonly mark: OwnerMark | null;
  readonly pool: string;
  readonly arch: string;
  /** `null` for what libvirt takes. */
  readonly machine: string | null;
  readonly accelerator: Accelerator;
  readonly disks: readonly DiskSource[];
  /** The volume of what cloud-init reads; `null` for none. */
  readonly seed: string | null;
  /** Where the serial console is written down; `null` for nowhere. */
  readonly console: string | null;
}
