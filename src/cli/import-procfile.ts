/** `trueup import procfile`: the processes of a Procfile as services. What foreman gave them beside it is the user's to say. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { assertLoads } from '../flow/importing-check.ts';
import { pathFrom } from '../flow/importing.ts';
import { importedManifest } from '../manifest/import/manifest.ts';
import { importProcfile, type ProcfileImport } from '../manifest/import/procfile.ts';
import { addressOf } from '../model/address.ts';
import { TrueupError } from '../model/failure.ts';
import type { ImportRemark, ImportReport } from '../report/import.ts';
import type { CommandContext } from './context.ts';
import { importPlace, schemaFor, writeImport } from './import-files.ts';

export interface ProcfileRequest {
  readonly environment: string;
  readonly file: string;
  readonly force: boolean;
}

export async function importProcfileFrom(context: CommandContext, request: ProcfileRequest): Promise<ImportReport> {
  const { environment, file, force } = request;
  const workspace = await context.workspace('read');
  const place = await importPlace(workspace, environment, force);
  const path = resolve(context.directory, file);
  const { root } = workspace.repository;
  const found = importProcfile(await textOf(path, file), pathFrom(dirname(path), place.folder, root));
  assertWhole(found, file);
  const text = importedManifest(
    {
      project: null,
      variables: {},
      services: found.services,
      volumes: {},
      networks: {},
      ignored: [],
      comments: {},
    },
    { environment, schema: schemaFor(workspace, place), origin: relative(root, path) },
  );
  await assertLoads(workspace, environment, text, context.signal);
  context.beforeChange();
  const written = await writeImport(workspace, place, text, [], context.signal);
  return {
    environment,
    source: 'procfile',
    resources: { services: Object.keys(found.services).length, volumes: 0, networks: 0 },
    ...written,
    secrets: [],
    notes: remarksOf(found, existsSync(join(dirname(path), '.env'))),
    left_out: [],
    stopped: [],
    next: [`trueup plan ${environment}`, `trueup apply ${environment}`, `git add ${place.manifest} .gitignore`],
  };
}

async function textOf(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new TrueupError('file_unreadable', `${file} cannot be read`, {
      cause,
      fields: { path },
      next: 'name the Procfile: `trueup import procfile FILE --environment NAME`',
    });
  }
}

/** Half of a Procfile is none: every bad line is named. */
function assertWhole({ bad, services }: ProcfileImport, file: string): void {
  if (bad.length > 0) {
    const lines = bad.map(({ line, reason }) => `${file}:${line}: ${reason}`);
    throw new TrueupError('usage', lines.join('\n'), {
      fields: { lines: bad.map(({ line, reason }) => ({ line, reason })) },
      next: 'mend these lines; nothing was written',
    });
  }
  if (Object.keys(services).length === 0) {
    throw new TrueupError('usage', `${file} has no process`, { next: 'write a line such as `web: npm start`' });
  }
}

function remarksOf(
  { renamed, reads_port: readsPort, plain_secrets: plainSecrets }: ProcfileImport,
  hasVariables: boolean,
): readonly ImportRemark[] {
  return [
    ...plainSecrets.map(
      (key): ImportRemark => ({
        kind: 'plain_secret',
        address: addressOf('service', key),
        text: 'its command holds what looks like a secret, and stands in the manifest: make it a secret variable first',
      }),
    ),
    ...renamed.map(
      ({ from, to }): ImportRemark => ({
        kind: 'renamed',
        address: addressOf('service', to),
        text: `"${from}" is no valid key`,
      }),
    ),
    ...readsPort.map(
      (key): ImportRemark => ({
        kind: 'information',
        address: addressOf('service', key),
        text: 'its command reads PORT: say which with `environment_variables` and `networking.ports`',
      }),
    ),
    ...(hasVariables
      ? [
          {
            kind: 'information',
            address: 'Procfile',
            text: 'variables of .env are given to no service by themselves: say with `environment_variables` which of them needs what',
          } as const,
        ]
      : []),
  ];
}
