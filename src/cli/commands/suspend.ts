/** `trueup suspend`: brings VMs to rest with all that they remember on disk. They stay so, also for apply, until somebody resumes them. */
import type { CommandDefinition } from '../define-command.ts';
import { defineRunStateCommand } from '../run-state.ts';

export const command: CommandDefinition = defineRunStateCommand({
  name: 'suspend',
  description: 'Suspend VMs to disk: they stay so, also for `trueup apply`, until `trueup resume`.',
  takesDependencies: false,
  isOfVms: true,
  stopped: (vms, recorded) => [...new Set([...recorded, ...vms])].sort(),
});
