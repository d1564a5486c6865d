/**
 * The engine's own health check. Without a test of the service's own it stays the image's, timings and all: those that
 * stand beside endpoints are for the endpoints. What is declared in part comes over the image's as the engine lays it,
 * so that everything is sent, and a zero that the engine would take for unset is sent as the least there is.
 */
import { durationMs, formatDuration } from '../../../model/duration.ts';
import { fieldPath } from '../../../model/field-path.ts';
import { isJsonArray, type Json, type JsonObject, member, scalarText } from '../../../model/json.ts';
import type { HealthConfig, ImageInspect } from '../api/wire.ts';
import { withheldFrom, withheldOf } from './from-image.ts';
import type { FieldGroup } from './group.ts';
import { plainWords } from './parts.ts';
import { Seals } from './seals.ts';
import { refusedIf } from './refusal.ts';

const FIELD = ['health_check'] as const;
const TEST = ['health_check', 'test'] as const;

const OFF: readonly string[] = ['NONE'];

const MS = 1_000_000;

const TIMES: readonly string[] = ['interval', 'timeout', 'start_period', 'start_interval'];

/** The engine's own, where nobody says otherwise. */
const START_INTERVAL = '5s';

/** The engine's own, in milliseconds, where a time is zero. */
const DEFAULTS = { interval: 30_000, timeout: 30_000, retries: 3 } as const;

export const health: FieldGroup = {
  fields: [FIELD],
  imageDefaults: true,

  request(config, context) {
    const check = member(config, FIELD[0]);
    const test = plainWords(member(check, 'test'), context);
    const { healthCheck: withheld } = withheldFrom(config, context.image);
    if (test === null) return withheld === 'whole' ? { config: { Healthcheck: { Test: OFF } } } : {};
    const startPeriod = nanoseconds(member(check, 'start_period'));
    const startInterval = member(check, 'start_interval') ?? (withheld === 'start_interval' ? START_INTERVAL : null);
    const retries = member(check, 'retries');
    const healthcheck: HealthConfig = {
      Test: test,
      Interval: nanoseconds(member(check, 'interval')),
      Timeout: nanoseconds(member(check, 'timeout')),
      Retries: typeof retries === 'number' ? retries : DEFAULTS.retries,
      StartPeriod: startPeriod === 0 && startPeriodOf(context.image) > 0 ? MS : startPeriod,
      ...(startInterval === null ? {} : { StartInterval: nanoseconds(startInterval) }),
    };
    return { config: { Healthcheck: healthcheck } };
  },

  read({ Config, ...inspect }, { image, sealer }) {
    const { healthCheck: withheld } = withheldOf({ ...inspect, Config });
    if (withheld === 'whole' && Config.Healthcheck?.Test?.[0] === OFF[0]) {
      return { configured: { health_check: null }, defaults: { health_check: null } };
    }
    const seals = new Seals({ ...inspect, Config }, sealer);
    const seal = (words: readonly string[]): Json => seals.words(fieldPath(...TEST), words);
    const read = (found: HealthConfig | null | undefined, words: typeof seal): JsonObject | null => {
      const said = checkFrom(found, words);
      return said === null || withheld !== 'start_interval' ? said : { ...said, start_interval: null };
    };
    return {
      configured: { health_check: read(Config.Healthcheck, seal) },
      defaults: { health_check: read(image?.Config?.Healthcheck, (words) => words) },
    };
  },

  comparable(config, facts) {
    const check = member(config, FIELD[0]);
    const test = member(check, 'test');
    if (test === null) return {};
    const timings = ['interval', 'timeout', 'retries', 'start_period', 'start_interval']
      .filter((name) => name !== 'start_interval' || facts?.['start_interval'] !== false)
      .map((name): [string, Json] => [name, member(check, name)])
      .filter(([, value]) => value !== null);
    return { health_check: { test, ...Object.fromEntries(timings) } };
  },

  equal({ names, desired, observed, whole }) {
    // No check at all, and one that is switched off.
    if (names.length === 1) return isOff(desired) && isOff(observed);
    // What is switched off has no timings.
    if (names[1] !== 'test' && isSwitchedOff(member(whole, FIELD[0]))) return true;
    if (names[1] === 'test' || names[1] === 'retries') return false;
    const [left, right] = [desired, observed].map((value) => Math.round(durationMs(value, Number.NaN) * MS));
    if (left === undefined || right === undefined) return false;
    return left === right || (names[1] === 'start_period' && left <= MS && right <= MS);
  },

  unsupported(config, facts) {
    const check = member(config, FIELD[0]);
    const path = [...FIELD, 'start_interval'];
    const version = facts?.version ?? '';
    return [
      ...refusedIf(
        member(check, 'start_interval') !== null && facts?.['start_interval'] === false,
        path,
        `this engine has no start_interval (version ${version})`,
        'it came with Docker Engine 25.0; leave it out',
      ),
      ...TIMES.flatMap((name) => {
        const value = member(check, name);
        const isTooShort =
          value !== null && nanoseconds(value) < MS && (name !== 'start_period' || nanoseconds(value) > 0);
        return refusedIf(
          isTooShort,
          [...FIELD, name],
          `${scalarText(value)} is too short for the engine`,
          'at least 1ms',
        );
      }),
    ];
  },
};

function checkFrom(
  check: HealthConfig | null | undefined,
  seal: (words: readonly string[]) => Json,
): JsonObject | null {
  const test = check?.Test ?? [];
  if (test.length === 0) return null;
  const { Interval = 0, Timeout = 0, Retries = 0, StartPeriod = 0, StartInterval = 0 } = check ?? {};
  return {
    test: seal(test),
    interval: formatDuration(Interval === 0 ? DEFAULTS.interval : Interval / MS),
    timeout: formatDuration(Timeout === 0 ? DEFAULTS.timeout : Timeout / MS),
    retries: Retries === 0 ? DEFAULTS.retries : Retries,
    start_period: formatDuration(StartPeriod / MS),
    start_interval: StartInterval === 0 ? null : formatDuration(StartInterval / MS),
  };
}

function isOff(check: Json): boolean {
  return check === null || isSwitchedOff(check);
}

function isSwitchedOff(check: Json): boolean {
  const test = member(check, 'test');
  return isJsonArray(test) && test[0] === 'NONE';
}

function startPeriodOf(image: ImageInspect | null): number {
  return image?.Config?.Healthcheck?.StartPeriod ?? 0;
}

function nanoseconds(duration: Json): number {
  return Math.round(durationMs(duration, 0) * MS);
}
