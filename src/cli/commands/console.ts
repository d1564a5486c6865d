/** `trueup console`: the serial console of a VM, on this terminal. */
import { presentMachine, reachMachine } from '../../flow/machines/reach.ts';
import { TrueupError } from '../../model/failure.ts';
import { safeText } from '../../report/safe-text.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { namedMachine } from '../machines.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from '../options.ts';

type ConsoleOptions = GlobalOptions & InputOptions;

export const command: CommandDefinition = defineCommand<ConsoleOptions>({
  // At the console Ctrl-C is the guest's.
  interrupt: 'pass',
  configure(definition) {
    addInputOptions(definition)
      .description('Talk to the serial console of a VM, on a terminal. What it writes is kept: `trueup logs` shows it.')
      .argument('<vm>', 'the VM: its key, or its address');
  },
  async run(context, [word = ''], options) {
    const workspace = await context.workspace('read');
    const named = await namedMachine(context, workspace, word, options);
    const { address } = named.resource;
    if (!process.stdin.isTTY || !context.stdout.isTTY || context.output === 'json')
      throw new TrueupError('usage', 'a console needs a terminal', {
        fields: { address },
        next: `\`trueup logs ${address}\` shows what it wrote; \`trueup exec ${address} -- …\` runs a command in it`,
      });
    await using machine = await reachMachine(workspace, named, context.signal);
    presentMachine(machine);
    const { console: open, consoleKey: key = 'Ctrl-]' } = (await machine.actuator()).machines ?? {};
    if (open === undefined)
      throw new TrueupError('unsupported', `the engine of ${address} has no console to talk to`, {
        next: `\`trueup exec ${address} -- …\` runs a command in it`,
      });
    context.note(`The console of ${safeText(address)}. ${key} leaves it; Enter shows a prompt, where there is one.`);
    return await open(machine.object, context.signal);
  },
});
