/** The configurations that were applied to a VM, for people and as public JSON (schemas/configuration-history.json). */
import { CONFIGURATION_HISTORY_FORMAT_VERSION, type ConfigurationVersion } from '../model/configuration-history.ts';
import type { JsonObject } from '../model/json.ts';
import { revisionJson } from './json-parts.ts';
import { painter } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { type Column, renderTable } from './table.ts';
import { momentText, revisionText } from './words.ts';

export interface ConfigurationHistory {
  /** `local/vm.builder`. */
  readonly configId: string;
  /** Newest first. */
  readonly versions: readonly ConfigurationVersion[];
}

export function configurationHistoryDocument(histories: readonly ConfigurationHistory[]): JsonObject {
  return {
    format_version: CONFIGURATION_HISTORY_FORMAT_VERSION,
    configurations: histories.map(({ configId, versions }) => ({ configId, history: versions.map(versionJson) })),
  };
}

function versionJson(entry: ConfigurationVersion): JsonObject {
  const { id, configId, version, content, changeDescription, createdAt, revision } = entry;
  return { id, configId, version, content, changeDescription, createdAt, revision: revisionJson(revision) };
}

export function renderConfigurationHistory(histories: readonly ConfigurationHistory[], options: RenderOptions): string {
  const paint = painter(options.color);
  return histories
    .map(({ configId, versions }) => {
      const head = paint('strong', safeText(configId));
      if (versions.length === 0) return `${head}: no configuration is remembered`;
      return `${head}\n${renderTable(COLUMNS, versions, options.width)}`;
    })
    .join('\n\n');
}

const COLUMNS: readonly Column<ConfigurationVersion>[] = [
  { title: 'VERSION', rank: 0, cell: ({ version }) => String(version) },
  { title: 'WHEN', rank: 1, cell: ({ createdAt }) => momentText(createdAt) },
  { title: 'REVISION', rank: 1, cell: ({ revision }) => revisionText(revision) },
  { title: 'WHAT', rank: 0, shrinks: true, cell: ({ changeDescription }) => safeText(changeDescription) },
];
