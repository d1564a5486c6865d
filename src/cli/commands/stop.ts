/** `trueup stop`: stops services on purpose. They stay stopped, also for apply, until somebody starts them. */
import type { CommandDefinition } from '../define-command.ts';
import { defineRunStateCommand } from '../run-state.ts';

export const command: CommandDefinition = defineRunStateCommand({
  name: 'stop',
  description: 'Stop services on purpose: they stay stopped, also for `trueup apply`, until `trueup start`.',
  takesDependencies: false,
  stopped: (services, recorded) => [...new Set([...recorded, ...services])].sort(),
});
