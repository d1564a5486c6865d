/** `trueup validate`: every mistake in the manifests at once. Needs no engine and resolves no secret. */
import { environmentNotFound, loadDesired } from '../../flow/load.ts';
import { hasErrors } from '../../model/diagnostic.ts';
import { validateDocument } from '../../report/validate-document.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { diagnosticsText } from '../diagnostics.ts';
import { EXIT } from '../exit-status.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from '../options.ts';
import { loadOptions } from '../selecting.ts';

type ValidateOptions = GlobalOptions & InputOptions;

export const command: CommandDefinition = defineCommand<ValidateOptions>({
  configure(validate) {
    addInputOptions(validate)
      .description('Check the manifests: syntax, schema, references, cycles, ports. Shows every mistake at once.')
      .argument('[environment...]', 'what to check; all environments when absent');
  },
  async run(context, words, options) {
    const workspace = await context.workspace('read');
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
