/** Snapshots of volumes for people: a table, and the sentence that says what takes the place of what. */
import type { Snapshot } from '../model/snapshot.ts';
import { bytesText } from './bytes-text.ts';
import { painter } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { type Column, renderTable } from './table.ts';
import { momentText, revisionText } from './words.ts';

const COLUMNS: readonly Column<Snapshot>[] = [
  { title: 'VOLUME', rank: 0, cell: ({ volume }) => safeText(volume) },
  { title: 'TAKEN', rank: 1, cell: ({ taken_at: at }) => momentText(at) },
  { title: 'RUN', rank: 0, cell: ({ run }) => safeText(run) },
  { title: 'BEFORE', rank: 2, cell: ({ revision }) => revisionText(revision) },
  { title: 'SIZE', rank: 3, cell: ({ size_bytes: bytes }) => bytesText(bytes) },
];

export function renderSnapshots(environment: string, snapshots: readonly Snapshot[], options: RenderOptions): string {
  const head = painter(options.color)('strong', safeText(environment));
  if (snapshots.length === 0) return `${head}: there is no snapshot of any volume`;
  return `${head}\n${renderTable(COLUMNS, snapshots, options.width)}`;
}

export function snapshotText({ volume, taken_at: at, run, size_bytes: bytes }: Snapshot): string {
  return `volume.${safeText(volume)}: its data becomes that of ${momentText(at)}, before run ${safeText(run)} (${bytesText(bytes)}).`;
}
