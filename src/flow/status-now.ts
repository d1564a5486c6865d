/** The status of an environment for who only looks: what a plan has seen, with what the locks and a daemon's probes say. */
import type { EnvironmentStatus } from '../report/status.ts';
import { readLatestProbes } from '../state/health-latest.ts';
import { readVmMemory } from '../state/vm-memory.ts';
import { openRunOf } from './open-run-holder.ts';
import type { Planned } from './planning.ts';
import { probedLately } from './probed-lately.ts';
import { environmentStatus } from './status.ts';
import type { Workspace } from './workspace.ts';

/** `now` is milliseconds since the epoch. */
export async function statusNow(
  workspace: Workspace,
  planned: Planned,
  now: number,
  signal: AbortSignal,
): Promise<EnvironmentStatus> {
  const { environment, earlier } = planned;
  const { owners, state } = workspace;
  const { observations } = planned.observations;
  const openRun = await openRunOf(workspace, environment, earlier.reading, signal);
  const latest = await readLatestProbes(state, environment.name);
  const probed = probedLately(latest, { environment, observations, owners, openRun }, now);
  const vms = await readVmMemory(state, environment.name);
  return environmentStatus({ ...planned, observations, owners, openRun, probed, vms });
}
