/** `trueup validate`: every mistake in the manifests at once. Needs no engine and resolves no secret. */
import { environmentNotFound, loadDesired } from '../../flow/load.ts';
import { hasErrors } from '../../model/diagnostic.ts';
import { validateDocument } from '../../report/validate-document.ts';
import { TrueupError } from '../../model/failure.ts';
import type { Workspace } from '../../flow/workspace.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { diagnosticsText } from '../diagnostics.ts';
import { EXIT } from '../exit-status.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from '../options.ts';
import { loadOptions } from '../selecting.ts';

interface ValidateOptions extends GlobalOptions, InputOptions {
  readonly foreign: boolean;
  readonly allowPolicy?: string;
}

export const command: CommandDefinition = defineCommand<ValidateOptions>({
  configure(validate) {
    addInputOptions(validate)
      .description('Check the manifests: syntax, schema, references, cycles, ports. Shows every mistake at once.')
      .argument('[environment...]', 'what to check; all environments when absent')
      .option('--foreign', 'check it as a repo of somebody else: what its policy does not allow is an error', false)
      .option('--allow-policy <file>', 'with --foreign: the policy, instead of the one that trueup brings along');
  },
  async run(context, words, options) {
    const workspace = await workspaceOf(context, options);
    const { environments, found, diagnostics } = await loadDesired(
      workspace,
      loadOptions(options, 'leave'),
      context.signal,
    );
    const names = found.map(({ name }) => name);
    const unknown = words.find((word) => !names.includes(word));
    if (unknown !== undefined) throw environmentNotFound(unknown, names);
    const checked = words.length === 0 ? names : words;
    const folder = workspace.settings.folders.environments;
    const own = diagnostics.filter(
      ({ source }) => source === null || words.some((word) => source.file.startsWith(`${folder}/${word}/`)),
    );
    // What keeps an environment from being used may stand elsewhere: in what it extends, or in an env file.
    const isBroken = found.some(
      ({ name, abstract }) =>
        words.includes(name) && !abstract && !environments.some((environment) => environment.name === name),
    );
    const shown = words.length === 0 || (isBroken && !hasErrors(own)) ? diagnostics : own;
    if (context.output === 'json') context.printJson(validateDocument(checked, shown));
    if (shown.length > 0 && context.output !== 'json') {
      context.stderr.write(`${await diagnosticsText(shown, context.directory, context.renderError)}\n`);
    }
    if (hasErrors(shown)) return EXIT.invalid;
    context.print(checked.length === 0 ? `No environment is declared in ${folder}/.` : `Valid: ${checked.join(', ')}.`);
    return EXIT.done;
  },
});

/** As it is, or as it would be for an operator who does not trust its author. */
async function workspaceOf(context: CommandContext, { foreign, allowPolicy }: ValidateOptions): Promise<Workspace> {
  if (!foreign && allowPolicy !== undefined) {
    throw new TrueupError('usage', '--allow-policy says what --foreign means', {
      next: 'add --foreign, or leave it out',
    });
  }
  if (!foreign) return context.workspace('read');
  const { openForeignRepo } = await import('../foreign.ts');
  const repo = await openForeignRepo(context.directory, {
    directory: context.directory,
    environment: process.env,
    ...(allowPolicy === undefined ? {} : { policyFile: allowPolicy }),
  });
  return context.workspace('read', { foreign: repo });
}
