/** Readiness: the rungs that a VM or a cluster has to reach, lowest first, before it counts as ready. */

export interface Rung {
  /** `running`, `booted`, `reachable`, `nodes` …: one word for what is reached by it. */
  readonly name: string;
  readonly met: boolean;
  /** One sentence: why it is not met, or what shows that it is; `null` where there is nothing to add. */
  readonly reason: string | null;
}
