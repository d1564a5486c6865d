/** `trueup completion`: the script that teaches a shell to complete trueup's command line. */
import { TrueupError } from '../../model/failure.ts';
import { nearest } from '../../model/nearest.ts';
import { COMPLETION_SCRIPTS } from '../completion/scripts.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT } from '../exit-status.ts';
import type { GlobalOptions } from '../options.ts';

export const command: CommandDefinition = defineCommand<GlobalOptions>({
  configure(completion) {
    completion
      .description('Print a script that completes commands, options, environments and addresses: bash, zsh or fish.')
      .argument('<shell>', Object.keys(COMPLETION_SCRIPTS).join(', '));
  },
  async run(context, [shell = '']) {
    const script = Object.hasOwn(COMPLETION_SCRIPTS, shell) ? COMPLETION_SCRIPTS[shell] : undefined;
    if (script === undefined) throw unknownShell(shell);
    if (context.output === 'json') context.printJson({ shell, script });
    else context.stdout.write(script);
    return EXIT.done;
  },
});

function unknownShell(shell: string): TrueupError {
  const shells = Object.keys(COMPLETION_SCRIPTS);
  const suggestion = nearest(shell, shells);
  return new TrueupError('usage', `there is no completion for "${shell}"`, {
    next: suggestion === null ? `there are: ${shells.join(', ')}` : `did you mean "${suggestion}"?`,
  });
}
