/** The health check of a resolved configuration, as numbers and lists that a gate can use. */
import { durationMs } from '../../model/duration.ts';
import { isJsonObject, type Json, type JsonObject, member, memberAt } from '../../model/json.ts';

export interface EndpointCheck {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'HEAD';
  readonly expectedStatus: number;
  readonly timeoutMs: number;
}

export interface ExpectedResponse {
  readonly statusCode: number | null;
  readonly bodyPattern: string | null;
  readonly jsonPath: string | null;
}

export interface HealthCheck {
  /** By when the rungs have to be reached, of what has them: nothing else is asked before; `null` without rungs. */
  readonly readyMs: number | null;
  /** Arguments, `CMD` and `CMD-SHELL` resolved; `null` where no test is declared. */
  readonly test: readonly string[] | null;
  readonly endpoints: readonly EndpointCheck[];
  readonly expectedResponse: ExpectedResponse;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly startPeriodMs: number;
}

const DEFAULT_INTERVAL_MS = 30_000;
const DEFAULT_READY_MS = 300_000;
/** How often the rungs are looked at where nothing happens. */
export const RUNG_INTERVAL_MS = 2000;
export const DEFAULT_RETRIES = 3;
export const GATE_MARGIN_MS = 30_000;

/** `reveal` turns leaves into text: a test or URL may be built from a secret. */
export function healthCheckOf(config: JsonObject, reveal: (value: Json) => string): HealthCheck | null {
  const ready = member(config, 'ready');
  const check = member(config, 'health_check');
  if (!isJsonObject(check)) return isJsonObject(ready) ? readyCheck(ready) : null;
  const timeoutMs = durationMs(check['timeout'], DEFAULT_INTERVAL_MS);
  const endpoints = member(check, 'endpoints');
  const expected = member(check, 'expected_response');
  return {
    readyMs: isJsonObject(ready) ? readyWithin(ready) : null,
    test: testArguments(member(check, 'test'), reveal),
    endpoints: isJsonObject(endpoints)
      ? Object.values(endpoints).map((item) => endpointCheck(item, timeoutMs, reveal))
      : [],
    expectedResponse: {
      statusCode: numberOr(member(expected, 'status_code'), null),
      bodyPattern: textOr(member(expected, 'body_pattern'), null),
      jsonPath: textOr(member(expected, 'json_path'), null),
    },
    intervalMs: durationMs(check['interval'], DEFAULT_INTERVAL_MS),
    timeoutMs,
    retries: numberOr(member(check, 'retries'), DEFAULT_RETRIES) ?? DEFAULT_RETRIES,
    startPeriodMs: durationMs(check['start_period'], 0),
  };
}

/** Of what declares no health check: once the last rung is reached it is ready. */
function readyCheck(ready: JsonObject): HealthCheck {
  return {
    readyMs: readyWithin(ready),
    test: null,
    endpoints: [],
    expectedResponse: { statusCode: null, bodyPattern: null, jsonPath: null },
    intervalMs: RUNG_INTERVAL_MS,
    timeoutMs: RUNG_INTERVAL_MS,
    retries: 1,
    startPeriodMs: 0,
  };
}

function readyWithin(ready: JsonObject): number {
  return durationMs(ready['timeout'], DEFAULT_READY_MS);
}

/** An engine inside of a machine may take as long to answer as the machine may take to boot. */
export function engineWithin(config: JsonObject): number {
  const ready = member(config, 'ready');
  return isJsonObject(ready) ? readyWithin(ready) : DEFAULT_READY_MS;
}

/** How long a gate may take in all: the rungs, then start_period + retries × (interval + timeout) + 30 s. */
export function gateTimeoutMs(check: HealthCheck): number {
  return untilCounted(check) + check.retries * (check.intervalMs + check.timeoutMs) + GATE_MARGIN_MS;
}

/** How long after its start nothing that fails counts, at most. */
export function untilCounted({ readyMs, startPeriodMs }: HealthCheck): number {
  return (readyMs ?? 0) + startPeriodMs;
}

function testArguments(test: Json, reveal: (value: Json) => string): readonly string[] | null {
  if (!Array.isArray(test)) return null;
  const [kind, ...words] = test.map((item: Json) => reveal(item));
  if (kind === undefined || kind === 'NONE') return null;
  if (kind === 'CMD-SHELL') return ['/bin/sh', '-c', words.join(' ')];
  return kind === 'CMD' ? words : [kind, ...words];
}

function endpointCheck(value: Json, timeoutMs: number, reveal: (value: Json) => string): EndpointCheck {
  const method = member(value, 'method');
  return {
    url: reveal(member(value, 'url')),
    method: method === 'POST' || method === 'HEAD' ? method : 'GET',
    expectedStatus: numberOr(memberAt(value, 'expected_status'), 200) ?? 200,
    timeoutMs: numberOr(memberAt(value, 'timeout_ms'), timeoutMs) ?? timeoutMs,
  };
}

function numberOr(value: Json, fallback: number | null): number | null {
  return typeof value === 'number' ? value : fallback;
}

function textOr(value: Json, fallback: string | null): string | null {
  return typeof value === 'string' ? value : fallback;
}
