/** `trueup resume`: lets VMs go on from where they were suspended. */
import type { CommandDefinition } from '../define-command.ts';
import { defineRunStateCommand } from '../run-state.ts';

export const command: CommandDefinition = defineRunStateCommand({
  name: 'resume',
  description: 'Let VMs that are suspended, or paused, go on from where they were.',
  takesDependencies: false,
  isOfVms: true,
  stopped: (vms, recorded) => recorded.filter((address) => !vms.has(address)),
});
