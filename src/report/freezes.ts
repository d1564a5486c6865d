/** Freezes for people and machines: what is left alone, until when, by whom and why. */
import type { JsonObject } from '../model/json.ts';
import type { Freeze } from '../model/served.ts';
import { freezeJson } from './json-parts.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { type Column, renderTable } from './table.ts';
import { elapsedText, freezeEndText } from './words.ts';

const FREEZES_FORMAT_VERSION = '1.0';

export interface FreezeRow extends Freeze {
  readonly environment: string;
}

/** The public JSON (schemas/freezes.json). */
export function freezesDocument(freezes: readonly FreezeRow[]): JsonObject {
  return {
    format_version: FREEZES_FORMAT_VERSION,
    freezes: freezes.map((row) => ({ environment: row.environment, ...freezeJson(row) })),
  };
}

export interface FreezesOptions extends RenderOptions {
  /** Milliseconds since the epoch, to tell the time left. */
  readonly now: number;
}

export function renderFreezes(freezes: readonly FreezeRow[], options: FreezesOptions): string {
  if (freezes.length === 0) return 'Nothing is frozen.';
  const columns: readonly Column<FreezeRow>[] = [
    { title: 'RESOURCE', rank: 0, cell: ({ environment, address }) => safeText(`${environment}/${address}`) },
    { title: 'LEFT', rank: 0, cell: ({ until }) => leftText(until, options.now) },
    { title: 'UNTIL', rank: 2, cell: (freeze) => freezeEndText(freeze) },
    { title: 'BY', rank: 3, cell: ({ by }) => safeText(by) },
    { title: 'REASON', rank: 1, shrinks: true, cell: ({ reason }) => safeText(reason) },
  ];
  return renderTable(columns, freezes, options.width);
}

/** Whole seconds are as much as anybody wants to know. */
export function leftText(until: string, now: number): string {
  return elapsedText(Math.ceil((Date.parse(until) - now) / 1000) * 1000);
}
