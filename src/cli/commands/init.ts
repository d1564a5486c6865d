/** `trueup init`: a first environment that runs as it is. Writes new files and overwrites none without `--force`. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Workspace } from '../../flow/workspace.ts';
import { TrueupError } from '../../model/failure.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT } from '../exit-status.ts';
import { declaredPorts } from '../init/declared-ports.ts';
import { exampleManifest } from '../init/example.ts';
import { freePortFrom } from '../init/free-port.ts';
import { ignoreInGit } from '../init/git-ignore.ts';
import { writeNew } from '../init/write-new.ts';
import type { GlobalOptions } from '../options.ts';
import { schemaText } from '../schemas.ts';

interface InitOptions extends GlobalOptions {
  readonly force: boolean;
}

const SCHEMA = 'environment';
const FIRST_PORT = 8080;

export const command: CommandDefinition = defineCommand<InitOptions>({
  configure(init) {
    init
      .description('Make a first environment in this repo: a small one that runs as it is.')
      .argument('[name]', 'the name of the environment', 'local')
      .option('--force', 'overwrite files that exist', false);
  },
  async run(context, [name = 'local'], { force }) {
    assertName(name);
    const workspace = await context.workspace('read');
    const { root } = workspace.repository;
    const { folders } = workspace.settings;
    const folder = join(folders.environments, name);
    if (!force && (await workspace.tree.list(folder)) !== null) throw exists(folder);
    const manifest = join(folder, 'environment.yaml');
    const { schema, made } = await placeSchema(workspace, force);
    const port = await freePortFrom(FIRST_PORT, await declaredPorts(workspace, context.signal));
    const text = exampleManifest({ name, port, schema: relative(folder, schema) });
    await writeNew(join(root, manifest), text, force);
    const ignored = await ignoreInGit(root, [folders.state, folders.reports]);
    const created = [manifest, ...(made ? [schema] : [])];
    if (context.output === 'json') context.printJson({ environment: name, created, ignored, port });
    context.print(initText(name, created, ignored));
    return EXIT.done;
  },
});

/** The schema of the trueup that the repo itself has installed, or else a copy of ours beside the environments. */
async function placeSchema(
  { repository, settings }: Workspace,
  force: boolean,
): Promise<{ readonly schema: string; readonly made: boolean }> {
  const installed = join('node_modules', 'trueup', 'schemas', `${SCHEMA}.json`);
  if (existsSync(join(repository.root, installed))) return { schema: installed, made: false };
  const schema = join(settings.folders.environments, `${SCHEMA}.schema.json`);
  return { schema, made: await writeNew(join(repository.root, schema), await schemaText(SCHEMA), force) };
}

function assertName(name: string): void {
  if (/^[a-z0-9][a-z0-9_.-]{0,62}$/.test(name)) return;
  throw new TrueupError('usage', `"${name}" cannot be the name of an environment`, {
    next: 'use at most 63 of the characters a-z, 0-9, "_", "." and "-", beginning with a letter or digit',
  });
}

function exists(folder: string): TrueupError {
  return new TrueupError('usage', `${folder}/ exists, and nothing was overwritten`, {
    next: 'choose another name, or pass --force to write the example over what is there',
  });
}

function initText(name: string, created: readonly string[], ignored: readonly string[]): string {
  return [
    ...created.map((file) => `Created ${file}`),
    ...(ignored.length > 0 ? [`Added ${ignored.join(' and ')} to .gitignore`] : []),
    '',
    'Next:',
    `  trueup plan ${name}     see what would be done, and why`,
    `  trueup apply ${name}    do it`,
    `  trueup status ${name}   see what runs`,
    'and commit the new files, so that git says how the environment is to be.',
  ].join('\n');
}
