/** Snapshots of a VM, for people and as public JSON (schemas/vm-snapshots.json). */
import type { JsonObject } from '../model/json.ts';
import { VM_SNAPSHOTS_FORMAT_VERSION, type VmSnapshot } from '../model/vm-snapshot.ts';
import { bytesText } from './bytes-text.ts';
import { painter } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { type Column, renderTable } from './table.ts';
import { listed, momentText } from './words.ts';

export interface VmSnapshotsReport {
  /** `local/vm.builder`. */
  readonly vm: string;
  /** Oldest first. */
  readonly snapshots: readonly VmSnapshot[];
  /** Names of those that somebody else took. */
  readonly foreign: readonly string[];
}

export function vmSnapshotsDocument(reports: readonly VmSnapshotsReport[]): JsonObject {
  return {
    format_version: VM_SNAPSHOTS_FORMAT_VERSION,
    machines: reports.map(({ vm, snapshots, foreign }) => ({
      vm,
      snapshots: snapshots.map(vmSnapshotJson),
      foreign,
    })),
  };
}

function vmSnapshotJson({ vm_id: vm, ...snapshot }: VmSnapshot): JsonObject {
  return { ...snapshot, container_id: vm };
}

export function renderVmSnapshots(reports: readonly VmSnapshotsReport[], options: RenderOptions): string {
  const paint = painter(options.color);
  return reports
    .map(({ vm, snapshots, foreign }) => {
      const head = paint('strong', safeText(vm));
      const others =
        foreign.length === 0
          ? ''
          : `\nbeside them, not trueup's: ${listed(
              foreign.map((name) => safeText(name)),
              5,
            )}`;
      if (snapshots.length === 0) return `${head}: there is no snapshot${others}`;
      return `${head}\n${renderTable(COLUMNS, snapshots.toReversed(), options.width)}${others}`;
    })
    .join('\n\n');
}

const COLUMNS: readonly Column<VmSnapshot>[] = [
  { title: 'ID', rank: 0, cell: ({ id }) => safeText(id.slice(0, 8)) },
  { title: 'LABEL', rank: 0, cell: ({ label }) => safeText(label) },
  { title: 'TAKEN', rank: 1, cell: ({ created_at: at }) => momentText(at) },
  { title: 'BY', rank: 2, cell: ({ trigger }) => (trigger === 'system' ? 'trueup' : 'a person') },
  { title: 'VM', rank: 2, cell: ({ status }) => status },
  { title: 'SIZE', rank: 3, cell: ({ size_bytes: bytes }) => (bytes === null ? '' : bytesText(bytes)) },
  { title: 'DESCRIPTION', rank: 3, shrinks: true, cell: ({ description }) => safeText(description ?? '') },
];
