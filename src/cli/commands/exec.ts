/** `trueup exec`: runs a command inside a service, with its environment and in its working directory. */
import type { Workspace } from '../../flow/workspace.ts';
import type { DesiredResource } from '../../model/desired.ts';
import { TrueupError } from '../../model/failure.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { interruptible } from '../interruptible.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from '../options.ts';
import { loadSelected } from '../selecting.ts';
import { type ReachedService, reachServices } from '../services.ts';

type ExecCommandOptions = GlobalOptions & InputOptions;

/** Where the output becomes part of a document: at most this much of its end. */
const MAX_OUTPUT = 16 * 1024 * 1024;

export const command: CommandDefinition = defineCommand<ExecCommandOptions>({
  // At the prompt of a shell Ctrl-C is the shell's.
  interrupt: 'pass',
  configure(exec) {
    addInputOptions(exec)
      .description(
        'Run a command inside a service, and end with its exit status. Options of trueup stand before the address.',
      )
      .usage('[options] <address> [--] <command...>')
      .argument('<address>', 'the service')
      .argument('<command...>', 'what to run, with its arguments')
      .passThroughOptions();
  },
  async run(context, [address = '', ...rest], options) {
    const words = rest[0] === '--' ? rest.slice(1) : rest;
    if (words.length === 0) throw new TrueupError('usage', `exec needs a command to run in ${address}`);
    const workspace = await context.workspace('read');
    const selected = await loadSelected(context, workspace, [address], options, { secrets: 'resolve', without: 'all' });
    await using reached = await reachServices(workspace, selected, context.signal);
    const [service, ...more] = reached.services;
    if (service === undefined || more.length > 0 || selected.some(({ addresses }) => addresses.length === 0)) {
      throw notOneService(address, reached.services);
    }
    return await execute(context, workspace, service, words);
  },
});

async function execute(
  context: CommandContext,
  workspace: Workspace,
  { environment, resource, engine }: ReachedService,
  words: readonly string[],
): Promise<number> {
  const driver = await workspace.drivers.load(engine.declaration.driver);
  if (driver === null) throw new TrueupError('engine_unreachable', `no driver for engine "${resource.engine}"`);
  const actuator = await driver.actuator(engine.declaration);
  const object = { type: resource.type, name: resource.name };
  const { vault } = workspace;
  const { signal } = context;
  try {
    if (context.output !== 'json') {
      const { exit_code: status } = await actuator.exec(object, resource.config, words, {
        signal,
        vault,
        interactive: true,
      });
      if (status === NOT_FOUND) context.note(notFound(words, resource));
      return status;
    }
    const { exit_code: exitCode, output } = await interruptible(signal, (either) =>
      actuator.exec(object, resource.config, words, { signal: either, vault, maxOutput: MAX_OUTPUT }),
    );
    context.printJson({
      environment: environment.name,
      address: resource.address,
      command: words,
      exit_code: exitCode,
      output: vault.mask(output),
    });
    return exitCode;
  } finally {
    await actuator.close();
  }
}

/** As shells say that there is no such command; a command that itself ends so has said why. */
const NOT_FOUND = 127;

function notFound([program = '']: readonly string[], { address }: DesiredResource): string {
  const hint = program.startsWith('-') ? '; options of trueup stand before the address' : '';
  return `${address}: exit status ${NOT_FOUND}: is there a command "${program}" on its PATH?${hint}`;
}

function notOneService(address: string, services: readonly ReachedService[]): TrueupError {
  return new TrueupError('usage', `"${address}" is an environment, and exec needs a service`, {
    next: `its services: ${services.map(({ resource }) => resource.key).join(', ') || 'none'}`,
  });
}
