/** How a command is declared: its arguments and options, and what it does with them. */
import type { Command } from 'commander';
import type { CommandContext } from './context.ts';
import { type Host, THIS_PROCESS } from './host.ts';
import type { InterruptMode } from './interrupts.ts';
import { addGlobalOptions, type GlobalOptions } from './options.ts';
import { type Action, runCommand } from './run-command.ts';

export interface CommandSpec<Options extends GlobalOptions> {
  /** Output formats beyond text and json. */
  readonly formats?: readonly string[];
  /** What Ctrl-C means. Default: `announce`. */
  readonly interrupt?: InterruptMode;
  /** Adds description, arguments and options; the options of every command are there already. */
  configure(command: Command): void;
  /** `words` are the positional arguments. Resolves with an exit status: one of ours, or that of a command which it ran. */
  run(context: CommandContext, words: readonly string[], options: Options): Promise<number>;
}

export interface CommandDefinition {
  /** `host` is where it runs; this process when absent. */
  attach(command: Command, host?: Host): void;
}

export function defineCommand<Options extends GlobalOptions>(spec: CommandSpec<Options>): CommandDefinition {
  return {
    attach(command, host = THIS_PROCESS) {
      spec.configure(command);
      addGlobalOptions(command, spec.formats);
      command.action(async () => {
        const options = command.opts<Options>();
        const action: Action = (context) => spec.run(context, command.args, options);
        await runCommand(options, action, {
          host,
          ...(spec.interrupt === undefined ? {} : { interrupt: spec.interrupt }),
        });
      });
    },
  };
}
