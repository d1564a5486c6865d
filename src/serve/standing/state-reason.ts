/** Why an environment is in the state that a look found, in one sentence for people. Pure. */
import type { EnvironmentStatus, ResourceStatus } from '../../report/status.ts';

export function stateReason({ resources, state }: Pick<EnvironmentStatus, 'resources' | 'state'>): string {
  if (state === 'healthy') return 'all is there, runs, and is healthy';
  // What is gone beside it is no reason for this state.
  const comes = state === 'provisioning' ? resources.find(isOnItsWay) : undefined;
  const told = comes ?? resources.find(isIll);
  if (told === undefined) return state === 'degraded' ? 'not everything is as declared' : state;
  return `${told.address} ${wordOf(told)}${told.reason === null ? '' : `: ${told.reason}`}`;
}

function isOnItsWay({ run_state: runState, health }: ResourceStatus): boolean {
  return health === 'starting' || runState === 'restarting' || runState === 'created';
}

function isIll({ run_state: runState, health }: ResourceStatus): boolean {
  return health === 'unhealthy' || (runState !== null && runState !== 'running' && runState !== 'completed');
}

function wordOf({ run_state: runState, health }: ResourceStatus): string {
  if (health === 'unhealthy') return 'is unhealthy';
  if (runState === 'failed') return 'has failed';
  return `is ${runState === 'running' ? 'starting' : (runState ?? 'not there')}`;
}
