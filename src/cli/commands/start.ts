/** `trueup start`: starts services and what they depend on; what was stopped on purpose is so no longer. */
import type { CommandDefinition } from '../define-command.ts';
import { defineRunStateCommand } from '../run-state.ts';

export const command: CommandDefinition = defineRunStateCommand({
  name: 'start',
  description:
    'Start services that are stopped, paused or have exited, with what they depend on. Changes nothing else.',
  takesDependencies: true,
  stopped: (services, recorded) => recorded.filter((address) => !services.has(address)),
});
