/** Import: what was written, what became a secret, and what could not be said. Made by the caller; shown here. */
import type { JsonObject } from '../model/json.ts';

const IMPORT_FORMAT_VERSION = '1.0';

export interface ImportReport {
  readonly environment: string;
  /** The word that was given: a driver, or `procfile`. */
  readonly source: string;
  /** How many of each type. */
  readonly resources: Readonly<Record<'services' | 'volumes' | 'networks', number>>;
  /** Files, relative to the root. */
  readonly created: readonly string[];
  /** Lines that were added to `.gitignore`. */
  readonly ignored: readonly string[];
  readonly secrets: readonly { readonly file: string; readonly used_by: readonly string[] }[];
  readonly notes: readonly ImportRemark[];
  readonly left_out: readonly { readonly type: string; readonly name: string; readonly reason: string }[];
  /** Addresses of what does not run and is not to be started. */
  readonly stopped: readonly string[];
  /** Commands that come next. */
  readonly next: readonly string[];
}

export interface ImportRemark {
  readonly kind: 'plain_secret' | 'renamed' | 'not_expressed' | 'not_carried' | 'will_change' | 'information';
  readonly address: string;
  readonly text: string;
}

/** schemas/import.json */
export function importDocument(report: ImportReport): JsonObject {
  return {
    format_version: IMPORT_FORMAT_VERSION,
    environment: report.environment,
    source: report.source,
    resources: { ...report.resources },
    created: report.created,
    ignored: report.ignored,
    secrets: report.secrets.map(({ file, used_by }) => ({ file, used_by })),
    notes: report.notes.map(({ kind, address, text }) => ({ kind, address, text })),
    left_out: report.left_out.map(({ type, name, reason }) => ({ type, name, reason })),
    stopped: report.stopped,
    next: report.next,
  };
}
