/** Drift as it comes and goes: one line of JSON (schemas/drift-change.json), and a few lines for people. */
import type { DriftChange } from '../model/drift-change.ts';
import type { JsonObject } from '../model/json.ts';
import { causeText, driftLine } from './difference-text.ts';
import { driftJson } from './drift-document.ts';
import { driftWords, KIND_WORDS } from './drift-text.ts';
import { wrapParts } from './layout.ts';
import { painter } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';

const DRIFT_CHANGE_FORMAT_VERSION = '1.0';

/** What is told while drift is watched, and when. */
export interface DriftNews {
  readonly at: Date;
  readonly environment: string;
  readonly what:
    | DriftChange
    | { readonly kind: 'engine_lost'; readonly engine: string; readonly reason: string }
    | { readonly kind: 'engine_back'; readonly engine: string };
}

export function driftChangeDocument({ at, environment, what }: DriftNews): JsonObject {
  const head = { format_version: DRIFT_CHANGE_FORMAT_VERSION, at: at.toISOString(), environment, type: what.kind };
  switch (what.kind) {
    case 'engine_lost':
      return { ...head, engine: what.engine, reason: what.reason, drift: null };
    case 'engine_back':
      return { ...head, engine: what.engine, reason: null, drift: null };
    case 'drifted':
    case 'changed':
    case 'mended':
      return { ...head, engine: what.drift.engine, reason: null, drift: driftJson(what.drift) };
    default:
      return what satisfies never;
  }
}

/** `12:00:01  ~ service.web differs`, with a line for each difference. The time is that of this place. */
export function driftChangeText(
  { at, environment, what }: DriftNews,
  options: RenderOptions,
  isQualified: boolean,
): string {
  const paint = painter(options.color);
  const time = paint('faint', at.toTimeString().slice(0, 8));
  const prefix = isQualified ? `${safeText(environment)}/` : '';
  if (what.kind === 'engine_lost') {
    const said = `engine ${safeText(what.engine)} does not answer: ${safeText(what.reason)}`;
    return wrapParts([time, ` ${prefix}${paint('bad', said)}`], options.width, 10);
  }
  if (what.kind === 'engine_back') {
    return `${time}  ${prefix}${paint('good', `engine ${safeText(what.engine)} answers again`)}`;
  }
  const { drift } = what;
  const who = paint('strong', `${prefix}${safeText(drift.address)}`);
  if (what.kind === 'mended') return `${time}  ${paint('good', '=')} ${who} ${mendedText(what)}`;
  const { sign } = KIND_WORDS[drift.kind];
  const cause = drift.kind === 'differs' ? '' : causeText(drift.cause, paint);
  const lines = drift.differences.map((difference) => driftLine(difference, options, paint));
  return [
    wrapParts([time, ` ${paint('change', sign)}`, who, driftWords(drift), cause], options.width, 12),
    ...lines,
  ].join('\n');
}

function mendedText({ drift }: DriftChange): string {
  switch (drift.kind) {
    case 'missing':
      return 'is there again';
    case 'differs':
      return 'is as declared again';
    case 'undeclared':
      return drift.is_stranger === true
        ? `has nothing called ${safeText(drift.name)} beside it any more`
        : `has lost what is in no manifest (${safeText(drift.name)})`;
    default:
      return drift.kind satisfies never;
  }
}
