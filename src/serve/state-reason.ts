/** Why an environment is in the state that a look found, in one sentence for people. Pure. */
import type { EnvironmentStatus } from '../report/status.ts';

export function stateReason({ resources, state }: Pick<EnvironmentStatus, 'resources' | 'state'>): string {
  if (state === 'healthy') return 'all is there, runs, and is healthy';
  const ill = resources.find(
    ({ run_state: runState, health }) =>
      health === 'unhealthy' || (runState !== null && runState !== 'running' && runState !== 'completed'),
  );
  if (ill === undefined) return state === 'degraded' ? 'not everything is as declared' : state;
  const what = ill.health === 'unhealthy' ? 'unhealthy' : ill.run_state;
  return `${ill.address} is ${what ?? 'not there'}${ill.reason === null ? '' : `: ${ill.reason}`}`;
}
