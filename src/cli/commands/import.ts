/** `trueup import`: manifests of what runs already, or of a Procfile. Writes new files and overwrites none without `--force`. */
import { TrueupError } from '../../model/failure.ts';
import { nearest } from '../../model/nearest.ts';
import { importDocument, type ImportReport } from '../../report/import.ts';
import { importText } from '../../report/import-text.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT } from '../exit-status.ts';
import { importDocker } from '../import-docker.ts';
import { importProcfileFrom } from '../import-procfile.ts';
import { collect, type GlobalOptions } from '../options.ts';

interface ImportOptions extends GlobalOptions {
  readonly environment?: string;
  readonly project?: string;
  readonly label: readonly string[];
  readonly all: boolean;
  readonly force: boolean;
}

const SOURCES = ['docker', 'procfile'] as const;

export const command: CommandDefinition = defineCommand<ImportOptions>({
  configure(command) {
    command
      .description(
        'Write the manifest of what runs already, so that the next plan changes nothing; or of what a Procfile says.',
      )
      .argument('<source>', 'docker, or procfile')
      .argument('[name...]', 'containers, volumes and networks; or the file: Procfile when absent')
      .option('--environment <name>', 'the environment to write')
      .option('--project <name>', 'what belongs to this Compose project')
      .option('--label <key=value>', 'what has this label; may be repeated', collect, [])
      .option('--all', 'all that trueup did not make', false)
      .option('--force', 'overwrite files that exist', false);
  },
  async run(context, [source = '', ...words], options) {
    const report = await imported(context, source, words, options);
    if (context.output === 'json') context.printJson(importDocument(report));
    context.print(importText(report, context.render));
    return EXIT.done;
  },
});

async function imported(
  context: CommandContext,
  source: string,
  words: readonly string[],
  options: ImportOptions,
): Promise<ImportReport> {
  const { environment, force, project, label, all } = options;
  if (source !== 'docker' && source !== 'procfile') throw unknownSource(source);
  if (environment === undefined) {
    throw new TrueupError('usage', '--environment is missing', {
      next: `say what it is to be called: \`trueup import ${source} --environment NAME\``,
    });
  }
  if (source === 'docker') {
    const asked = { environment, names: words, label, all, force, ...(project === undefined ? {} : { project }) };
    return importDocker(context, asked);
  }
  const [file = 'Procfile', ...more] = words;
  if (more.length > 0 || project !== undefined || label.length > 0 || all) {
    throw new TrueupError('usage', 'a Procfile is one file, and has neither projects nor labels', {
      next: '`trueup import procfile FILE --environment NAME`',
    });
  }
  return importProcfileFrom(context, { environment, file, force });
}

function unknownSource(source: string): TrueupError {
  const suggestion = nearest(source, SOURCES);
  return new TrueupError('usage', `"${source}" is nothing to import from`, {
    next: suggestion === null ? `choose one of: ${SOURCES.join(', ')}` : `did you mean "${suggestion}"?`,
  });
}
