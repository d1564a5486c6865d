/** One event, as a line of JSON (schemas/event.json) and as a line for people. */
import type { Address } from '../model/address.ts';
import type { JsonObject } from '../model/json.ts';
import type { Paint, Tone } from './paint.ts';
import { padded, safeText } from './safe-text.ts';

const EVENT_FORMAT_VERSION = '1.0';

export interface ShownEvent {
  /** When it was heard of. */
  readonly at: Date;
  readonly environment: string;
  readonly engine: string;
  /** `null` for a gap, and for what nothing declares. */
  readonly address: Address | null;
  readonly what:
    | {
        readonly type: 'changed';
        readonly object: { readonly type: string; readonly name: string };
        readonly action: string;
      }
    | { readonly type: 'gap'; readonly reason: string };
}

export function eventDocument({ at, environment, engine, address, what }: ShownEvent): JsonObject {
  const head = { format_version: EVENT_FORMAT_VERSION, at: at.toISOString(), environment, engine };
  if (what.type === 'gap') return { ...head, type: 'gap', reason: what.reason };
  const { object, action } = what;
  return { ...head, type: 'changed', address, object: { type: object.type, name: object.name }, action };
}

export interface EventTextOptions {
  readonly paint: Paint;
  /** Whether the environment has to be told. */
  readonly qualified: boolean;
}

const WIDTH = 24;

/** `12:00:01  service.web               start`, the time of this place. */
export function eventText(event: ShownEvent, { paint, qualified }: EventTextOptions): string {
  const { at, environment, engine, address, what } = event;
  const time = paint('faint', at.toTimeString().slice(0, 8));
  const prefix = qualified ? `${environment}/` : '';
  if (what.type === 'gap') {
    const who = padded(safeText(`${prefix}engine ${engine}`), WIDTH);
    return `${time}  ${who}  ${paint('warning', `gap: ${safeText(what.reason)}`)}`;
  }
  const { object, action } = what;
  const who = safeText(`${prefix}${address ?? `${object.type} "${object.name}"`}`);
  return `${time}  ${padded(who, WIDTH)}  ${paint(toneOf(action), safeText(action))}`;
}

/** The words of engines differ; these mean the same on all. */
function toneOf(action: string): Tone {
  if (/^(die|died|oom|kill|failed|dead|destroy|removed?)\b|unhealthy/.test(action)) return 'bad';
  return /^(start|started|running|unpause|healthy|completed)\b|: healthy/.test(action) ? 'good' : 'change';
}
