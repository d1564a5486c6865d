/** Snapshots of volumes for people: a table, and the sentence that says what takes the place of what. */
import type { Snapshot } from '../model/snapshot.ts';
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
  { title: 'SIZE', rank: 3, cell: ({ size_bytes: bytes }) => sizeText(bytes) },
];

export function renderSnapshots(environment: string, snapshots: readonly Snapshot[], options: RenderOptions): string {
  const head = painter(options.color)('strong', safeText(environment));
  if (snapshots.length === 0) return `${head}: there is no snapshot of any volume`;
  return `${head}\n${renderTable(COLUMNS, snapshots, options.width)}`;
}

export function snapshotText({ volume, taken_at: at, run, size_bytes: bytes }: Snapshot): string {
  return `volume.${safeText(volume)}: its data becomes that of ${momentText(at)}, before run ${safeText(run)} (${sizeText(bytes)}).`;
}

/** Three figures are enough. */
function sizeText(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(bytes) / 10));
  const unit = ['B', 'KiB', 'MiB', 'GiB', 'TiB'][power] ?? 'B';
  const value = bytes / 1024 ** power;
  return `${value >= 100 || power === 0 ? Math.round(value) : Number(value.toPrecision(3))} ${unit}`;
}
