/** What VMs may be declared with: a setting of the tool, for whoever shares a machine with others. */

/** The least and the most; sizes in bytes. */
export type Bounds = readonly [least: number, most: number];

/** No member: no limit. */
export interface VmLimits {
  readonly memory?: Bounds;
  readonly cpus?: Bounds;
  readonly disk?: Bounds;
}
