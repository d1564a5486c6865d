/** What came of booting a VM with the help of the hardware. */
export interface AccelerationTrial {
  readonly works: boolean;
  /** One sentence for people. */
  readonly summary: string;
  /** What to do about it; `null` where nothing needs doing. */
  readonly next: string | null;
}
