/** A health check that is not the image's own, with the times that are not the usual ones. */
import { durationMs } from '../../model/duration.ts';
import { isJsonObject, type Json, type JsonObject, jsonEqual, member } from '../../model/json.ts';
import { defaultsOf } from '../schema.ts';
import type { Draft } from './draft.ts';
import { said, textsAt } from './values.ts';

const DEFAULTS = defaultsOf('health_check');
const KINDS: readonly string[] = ['CMD', 'CMD-SHELL', 'NONE'];

/** `null` where the image's own holds, or there is none. */
export function importedHealth(configured: JsonObject, defaults: JsonObject, draft: Draft): JsonObject | null {
  const check = member(configured, 'health_check');
  if (!isJsonObject(check) || jsonEqual(check, member(defaults, 'health_check'))) return null;
  const test = textsAt(check, 'test');
  const [kind = '', ...words] = test;
  if (kind === 'NONE') return { test: ['NONE'] };
  if (!KINDS.includes(kind) || words.length === 0) {
    draft.leaveOut(['health_check'], 'its test is none that a manifest can say');
    return null;
  }
  const usual = (name: string): Json => {
    const value = member(check, name);
    return jsonEqual(value, DEFAULTS[name] ?? null) ? null : value;
  };
  return said({
    test: kind === 'CMD-SHELL' && words.length === 1 && words[0] !== '' ? words[0] : test,
    interval: usual('interval'),
    timeout: importedTimeout(check, draft),
    retries: usual('retries'),
    start_period: usual('start_period'),
    start_interval: member(check, 'start_interval'),
  });
}

/** One that goes on for longer than the next waits is the engine's usual one beside a short interval, and no manifest's. */
function importedTimeout(check: JsonObject, draft: Draft): Json {
  const [interval, timeout] = [member(check, 'interval'), member(check, 'timeout')];
  if (durationMs(timeout, 0) > durationMs(interval, 0)) {
    draft.leaveOut(['health_check', 'timeout'], 'a check must be able to end before the next begins');
    return null;
  }
  const left = Math.min(durationMs(interval, 0), durationMs(DEFAULTS['timeout'] ?? null, 0));
  return durationMs(timeout, 0) === left ? null : timeout;
}
