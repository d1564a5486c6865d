/** `trueup restart`: stops services and starts them again as they are; what is stopped on purpose is started. */
import type { CommandDefinition } from '../define-command.ts';
import { defineRunStateCommand } from '../run-state.ts';

export const command: CommandDefinition = defineRunStateCommand({
  name: 'restart',
  description: 'Stop services and start them again, as they are. Use `trueup apply` to carry out edits.',
  takesDependencies: false,
  stopped: (services, recorded) => recorded.filter((address) => !services.has(address)),
});
