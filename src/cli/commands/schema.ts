/** `trueup schema`: the JSON Schemas of manifests and reports, for editors and other tools. Needs no repo. */
import { member } from '../../model/json.ts';
import { padded } from '../../report/safe-text.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT } from '../exit-status.ts';
import type { GlobalOptions } from '../options.ts';
import { readSchema, schemaNames, schemaText } from '../schemas.ts';

export const command: CommandDefinition = defineCommand<GlobalOptions>({
  configure(schema) {
    schema
      .description('Print a JSON Schema (2020-12) of what trueup reads or writes.')
      .argument('[name]', 'which one; a list of all when absent');
  },
  async run(context, [name]) {
    if (name !== undefined) {
      context.stdout.write(await schemaText(name));
      return EXIT.done;
    }
    const names = await schemaNames();
    const schemas = await Promise.all(names.map(async (each) => described(each)));
    if (context.output === 'json') context.printJson({ schemas });
    const width = Math.max(...names.map((each) => each.length));
    context.print(schemas.map((each) => `${padded(each.name, width)}  ${firstSentence(each.description)}`).join('\n'));
    return EXIT.done;
  },
});

async function described(name: string): Promise<{ readonly name: string; readonly description: string }> {
  const description = member(await readSchema(name), 'description');
  return { name, description: typeof description === 'string' ? description : '' };
}

function firstSentence(text: string): string {
  return /^.*?[.](?= |$)/.exec(text)?.[0] ?? text;
}
