/** `trueup show`: an environment fully resolved, as a manifest that is itself valid. Needs no engine, resolves no secret. */
import { stringify } from 'yaml';
import { showEnvironment } from '../../manifest/show.ts';
import { keyOf, typeOf } from '../../model/address.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { isJsonObject, type JsonObject, member } from '../../model/json.ts';
import { showDocument } from '../../report/show-document.ts';
import type { Selected } from '../../flow/selection.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { printDocuments } from '../documents.ts';
import { EXIT } from '../exit-status.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from '../options.ts';
import { loadSelected } from '../selecting.ts';

type ShowOptions = GlobalOptions & InputOptions;

export const command: CommandDefinition = defineCommand<ShowOptions>({
  configure(show) {
    addInputOptions(show)
      .description(
        'Print what the manifests declare, fully resolved: short forms in full, variables filled in, defaults shown.',
      )
      .argument('[environment or address...]', 'what to show; the only environment when absent');
  },
  async run(context, words, options) {
    const workspace = await context.workspace('read');
    const selected = await loadSelected(context, workspace, words, options, { secrets: 'leave', without: 'all' });
    const texts = selected.map((selection) =>
      stringify(shown(selection), { lineWidth: 0, aliasDuplicateObjects: false }),
    );
    context.print(texts.join('---\n').trimEnd());
    printDocuments(
      context,
      'environments',
      selected.map((selection) => showDocument(narrowed(selection))),
    );
    return EXIT.done;
  },
});

function narrowed({ environment, addresses }: Selected): DesiredEnvironment {
  if (addresses.length === 0) return environment;
  const resources = new Map([...environment.resources].filter(([address]) => addresses.includes(address)));
  return { ...environment, resources };
}

/** The whole manifest, or the part of it that declares the named resources. */
function shown({ environment, addresses }: Selected): JsonObject {
  const manifest = showEnvironment(environment);
  if (addresses.length === 0) return manifest;
  const parts: Record<string, JsonObject> = {};
  for (const address of addresses) {
    const collection = `${typeOf(address)}s`;
    const declared = member(member(manifest, collection), keyOf(address));
    parts[collection] = { ...parts[collection], [keyOf(address)]: isJsonObject(declared) ? declared : {} };
  }
  return parts;
}
