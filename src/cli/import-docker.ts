/** `trueup import docker`: from what runs to the manifest of it. Changes nothing that runs. */
import type { ForeignSelection } from '../model/foreign.ts';
import { TrueupError } from '../model/failure.ts';
import { assertLoads } from '../flow/importing-check.ts';
import { importFromEngine } from '../flow/importing.ts';
import { importedManifest } from '../manifest/import/manifest.ts';
import { SECRETS_FOLDER } from '../manifest/import/secret-files.ts';
import type { ImportReport } from '../report/import.ts';
import { nextAfterImport } from '../report/import-next.ts';
import { keepStopped } from '../flow/keeping-stopped.ts';
import type { CommandContext } from './context.ts';
import { importPlace, schemaFor, writeImport } from './import-files.ts';

export interface DockerImport {
  readonly environment: string;
  readonly names: readonly string[];
  readonly project?: string;
  readonly label: readonly string[];
  readonly all: boolean;
  readonly force: boolean;
}

export async function importDocker(context: CommandContext, asked: DockerImport): Promise<ImportReport> {
  const { environment, force } = asked;
  const selection = selectionOf(asked);
  const workspace = await context.workspace('change');
  const place = await importPlace(workspace, environment, force);
  const { signal } = context;
  const { imported, left } = await importFromEngine(workspace, { environment, driver: 'docker', selection }, signal);
  if (Object.keys(imported.services).length + Object.keys(imported.volumes).length === 0 && left.length > 0) {
    const told = left.slice(0, 3).map(({ name, reason }) => `${name}: ${reason}`);
    const more = left.length > told.length ? ` (and ${left.length - told.length} more)` : '';
    throw new TrueupError('object_missing', `nothing was left to import: ${told.join('; ')}${more}`, {
      fields: { left_out: left.map(({ name, reason }) => ({ name, reason })) },
      next: 'see what there is with `docker ps --all`',
    });
  }
  const origin = originOf(asked);
  const text = importedManifest(imported, { environment, schema: schemaFor(workspace, place), origin });
  const loaded = await assertLoads(workspace, environment, text, signal);
  context.beforeChange();
  const written = await writeImport(workspace, place, text, imported.secrets, signal);
  await keepStopped(workspace, loaded.name, imported.stopped);
  return {
    environment,
    source: 'docker',
    resources: {
      services: Object.keys(imported.services).length,
      volumes: Object.keys(imported.volumes).length,
      networks: Object.keys(imported.networks).length,
    },
    ...written,
    secrets: imported.secrets.map(({ file, used_by }) => ({
      file: `${place.folder}/${SECRETS_FOLDER}/${file}`,
      used_by,
    })),
    notes: imported.notes,
    left_out: left,
    stopped: imported.stopped,
    next: nextAfterImport({ environment, manifest: place.manifest, notes: imported.notes }),
  };
}

function selectionOf({ names, project, label, all }: DockerImport): ForeignSelection {
  if (names.length === 0 && project === undefined && label.length === 0 && !all) {
    throw new TrueupError('usage', 'nothing says what is to be imported', {
      next: 'name containers, or pass --project, --label or --all',
    });
  }
  return { names, project: project ?? null, labels: label.map(labelOf), all };
}

function labelOf(text: string): ForeignSelection['labels'][number] {
  const equals = text.indexOf('=');
  return equals === -1 ? { name: text, value: null } : { name: text.slice(0, equals), value: text.slice(equals + 1) };
}

function originOf({ names, project, label, all }: DockerImport): string {
  if (all) return 'all that the engine had';
  const parts = [
    ...(project === undefined ? [] : [`the Compose project ${project}`]),
    ...label.map((one) => `the label ${one}`),
    ...(names.length === 0 ? [] : [names.join(', ')]),
  ];
  return parts.join(' and ');
}
