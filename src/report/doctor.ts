/** Doctor: whether this machine and this repo have what trueup needs. Checked by the caller; shown and written here. */
import type { JsonObject } from '../model/json.ts';
import type { Facts } from '../model/observed.ts';
import { wrapWords } from './layout.ts';
import { painter, type Tone } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { plural } from './words.ts';

const DOCTOR_FORMAT_VERSION = '1.0';

/** `info` is nothing to do anything about: what is missing is not needed here. */
export type CheckStatus = 'ok' | 'info' | 'warning' | 'error';

export interface DoctorCheck {
  /** What was looked at: `git`, `engine process`, `state folder`. */
  readonly name: string;
  readonly status: CheckStatus;
  /** What was found, in one line. */
  readonly summary: string;
  /** What to do about it; `null` where nothing needs doing. */
  readonly next: string | null;
  /** What else is good to know, a sentence each. */
  readonly notes?: readonly string[];
  /** Of an engine that answered. */
  readonly facts?: Facts | null;
}

export interface DoctorReport {
  readonly checks: readonly DoctorCheck[];
}

/** The public JSON (schemas/doctor.json). */
export function doctorDocument(report: DoctorReport): JsonObject {
  return {
    format_version: DOCTOR_FORMAT_VERSION,
    healthy: countOf(report, 'error') === 0,
    checks: report.checks.map(({ name, status, summary, next, notes = [], facts = null }) => {
      return { name, status, summary, next, notes, facts };
    }),
  };
}

const SIGNS: Readonly<Record<CheckStatus, readonly [sign: string, tone: Tone]>> = {
  ok: ['✔', 'good'],
  info: ['·', 'faint'],
  warning: ['!', 'warning'],
  error: ['✘', 'bad'],
};

/** One line per check, then how it looks as a whole. */
export function renderDoctor(report: DoctorReport, options: RenderOptions): string {
  const paint = painter(options.color);
  const lines = report.checks.flatMap(({ name, status, summary, next, notes = [] }) => {
    const [sign, tone] = SIGNS[status];
    const line = `${paint(tone, sign)} ${paint('strong', safeText(name))}: ${safeText(summary)}`;
    const more = [...notes, ...(next === null ? [] : [`next: ${next}`])];
    return [line, ...more.map((text) => wrapWords(safeText(text), options.width, 4))];
  });
  const [errors, warnings] = [countOf(report, 'error'), countOf(report, 'warning')];
  const trouble = [
    ...(errors > 0 ? [plural(errors, 'error')] : []),
    ...(warnings > 0 ? [plural(warnings, 'warning')] : []),
  ];
  return [...lines, trouble.length === 0 ? 'All is well.' : `${trouble.join(', ')}.`].join('\n');
}

function countOf(report: DoctorReport, status: CheckStatus): number {
  return report.checks.filter((check) => check.status === status).length;
}
