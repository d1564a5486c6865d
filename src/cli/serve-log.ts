/**
 * The log of a long-lived command: on standard error a line for people, or an object a line where JSON is asked for; in a
 * file always objects, the file of bounded size. Whatever others wrote (names of files, reasons, messages of engines) stays
 * in its line and tells a terminal nothing.
 */
import type { TrueupError } from '../model/failure.ts';
import type { LogRule } from '../model/notification.ts';
import { maskDocument } from '../report/mask-document.ts';
import { safeText } from '../report/safe-text.ts';
import { parseJson, isJsonObject } from '../model/json.ts';
import type { ServeEvent } from '../model/serve-event.ts';
import { eventLevel } from '../serve/log/event-level.ts';
import type { ServeLog as CoreLog } from '../serve/log/log.ts';
import type { CommandContext } from './context.ts';

export interface ServeLog extends AsyncDisposable {
  /** `environment` is an id, and `null` for the daemon as a whole. */
  line(environment: string | null, text: string, event?: ServeEvent): void;
  problem(environment: string, problem: TrueupError): void;
  /** The same, for what logs fields. */
  readonly core: CoreLog;
  /** Other settings count from now on; of a file that is open only how much goes into it. */
  levelIs(level: LogRule['level']): void;
  /** Goes on in a new file after somebody moved the old one away. */
  reopen(): void;
}

export interface ServeLogPlace extends LogRule {
  /** Takes known secrets out of a text. */
  readonly mask: (text: string) => string;
}

/** `place.file` is absolute. */
export async function openServeLog(context: CommandContext, place: ServeLogPlace): Promise<ServeLog> {
  return place.file === null && context.output !== 'json' ? textLog(context, place) : jsonLog(context, place);
}

type Level = LogRule['level'];

const LEVELS: readonly Level[] = ['debug', 'info', 'warn', 'error'];

function textLog({ stderr, quiet }: CommandContext, { mask, level }: ServeLogPlace): ServeLog {
  let least: Level = level;
  const write = (at: Level, environment: string | null, text: string): void => {
    if (LEVELS.indexOf(at) < LEVELS.indexOf(bound(least, quiet))) return;
    const time = new Date().toTimeString().slice(0, 8);
    // What is taken out of a text may hold line breaks: escaped, it would not be found any more.
    const line = safeText(mask(`${environment === null ? '' : `${environment}  `}${text}`));
    stderr.write(`${time} ${line}\n`);
  };
  const writes =
    (at: Level): CoreLog['info'] =>
    (fields, message) => {
      const isLoud = at === 'warn' || at === 'error';
      write(at, null, `${isLoud ? 'warning: ' : ''}${message}${shownFields(fields)}`);
    };
  return {
    line(environment, text, event) {
      write(event === undefined ? 'info' : eventLevel(event), environment, text);
    },
    problem(environment, { message, code, next }) {
      write('warn', environment, `warning: ${message} [${code}]${next === null ? '' : `; ${next}`}`);
    },
    core: { debug: () => undefined, info: writes('info'), warn: writes('warn'), error: writes('error') },
    levelIs(next) {
      least = next;
    },
    reopen: () => undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** `--quiet` leaves what matters. */
function bound(level: Level, quiet: boolean): Level {
  return quiet && LEVELS.indexOf(level) < LEVELS.indexOf('warn') ? 'warn' : level;
}

/** ` (schedule nightly, drift 0)` */
function shownFields(fields: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(fields).map(([name, value]) => {
    const text = value instanceof Error ? value.message : typeof value === 'string' ? value : JSON.stringify(value);
    return `${name} ${text}`;
  });
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

async function jsonLog({ quiet }: CommandContext, place: ServeLogPlace): Promise<ServeLog> {
  const { openServeLog: open } = await import('../serve/log/open-log.ts');
  const { mask, file, max_size, keep, level } = place;
  const levelOf = (wanted: Level): Level => bound(wanted, quiet && file === null);
  const opened = await open({ path: file, level: levelOf(level), max_size, keep, mask });
  const { log } = opened;
  return {
    line(environment, text, event) {
      const fields = { ...(environment === null ? {} : { environment }), ...fieldsOf(event, mask) };
      log[event === undefined ? 'info' : eventLevel(event)](fields, text);
    },
    problem(environment, { message, code, next }) {
      log.warn({ environment, code, next }, message);
    },
    core: log,
    levelIs(next) {
      opened.pino.level = levelOf(next);
    },
    reopen: () => opened.reopen(),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

/** What runs and documents hold at length stands in reports. */
function fieldsOf(event: ServeEvent | undefined, mask: (text: string) => string): Readonly<Record<string, unknown>> {
  if (event === undefined) return {};
  const { environment, at, ...rest } = event;
  const plain = 'run' in rest ? { ...rest, run: rest.run?.id ?? null } : rest;
  const fields = parseJson(JSON.stringify({ event: plain }));
  return isJsonObject(fields) ? maskDocument(fields, mask) : {};
}
