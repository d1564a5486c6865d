/** Health checks: resolved, and held against the rules that a schema cannot say. */
import type { ExpectedResponse, HealthCheck } from '../../model/generated/environment.ts';
import { formatDuration, parseDuration } from '../../model/duration.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { parseJsonExpectation } from '../../model/json-expectation.ts';
import type { ManifestPath } from '../layers.ts';
import { itemsOf } from '../prune.ts';
import { defaultsOf } from '../schema.ts';
import { shownValue } from '../schema-wording.ts';
import { canonicalDuration } from './values.ts';
import type { Scope } from './scope.ts';

const DEFAULTS = defaultsOf('health_check');
const ENDPOINT_DEFAULTS = defaultsOf('endpoint');

/** Whether the check can ever say that a service is healthy. */
export function canPass(check: HealthCheck | undefined): boolean {
  return check !== undefined && !isNone(check);
}

export function resolveHealthCheck(
  check: HealthCheck | undefined,
  path: ManifestPath,
  scope: Scope,
): JsonObject | null {
  if (check === undefined) return null;
  const interval = canonicalDuration(check.interval ?? DEFAULTS['interval']);
  // The shorter of both, so that setting one of them alone is never against the rule.
  const timeout = canonicalDuration(check.timeout ?? shorter(interval, DEFAULTS['timeout']));
  checkTimings(check, interval, timeout, path, scope);
  checkSubject(check, path, scope);
  return {
    test: resolveTest(check, scope),
    endpoints: resolveEndpoints(check, path, scope),
    expected_response: resolveExpectedResponse(check.expected_response, [...path, 'expected_response'], scope),
    interval,
    timeout,
    retries: check.retries ?? DEFAULTS['retries'] ?? null,
    start_period: canonicalDuration(check.start_period ?? DEFAULTS['start_period']),
    start_interval: check.start_interval === undefined ? null : canonicalDuration(check.start_interval),
  };
}

function resolveTest({ test }: HealthCheck, { secrets }: Scope): Json {
  if (test === undefined) return null;
  return typeof test === 'string' ? ['CMD-SHELL', secrets.leaf(test)] : test.map((word) => secrets.leaf(word));
}

function resolveEndpoints(check: HealthCheck, path: ManifestPath, { reporter }: Scope): JsonObject {
  const resolved: { [url: string]: Json } = {};
  const statusCode = check.expected_response?.status_code;
  for (const [index, endpoint] of itemsOf(check.endpoints)) {
    const { url, expected_status: status } = endpoint;
    const itemPath = [...path, 'endpoints', String(index)];
    if (!URL.canParse(url)) reporter.error('invalid_value', [...itemPath, 'url'], `"${url}" is no URL`);
    if (Object.hasOwn(resolved, url)) reporter.error('duplicate_key', itemPath, `"${url}" is asked twice`);
    if (status !== undefined && statusCode !== undefined && status !== statusCode) {
      const summary = `expected_status ${status} contradicts the expected_response's status_code ${statusCode}`;
      reporter.error('invalid_health_check', [...itemPath, 'expected_status'], summary, 'leave one of them out');
    }
    resolved[url] = {
      url,
      method: endpoint.method ?? ENDPOINT_DEFAULTS['method'] ?? null,
      expected_status: status ?? statusCode ?? ENDPOINT_DEFAULTS['expected_status'] ?? null,
      timeout_ms: endpoint.timeout_ms ?? ENDPOINT_DEFAULTS['timeout_ms'] ?? null,
    };
  }
  return resolved;
}

function resolveExpectedResponse(
  expected: ExpectedResponse | undefined,
  path: ManifestPath,
  { reporter }: Scope,
): JsonObject | null {
  if (expected === undefined) return null;
  const { status_code: statusCode = null, body_pattern: pattern = null, json_path: jsonPath = null } = expected;
  const problem = pattern === null ? null : patternProblem(pattern);
  if (problem !== null)
    reporter.error('invalid_value', [...path, 'body_pattern'], 'body_pattern is no regular expression', problem);
  if (jsonPath !== null && parseJsonExpectation(jsonPath) === null) {
    const detail = "write `<singular query> <operator> <JSON literal>`, such as `$.status == 'ok'`, or a query alone";
    reporter.error('invalid_value', [...path, 'json_path'], `"${jsonPath}" is no condition`, detail);
  }
  return { status_code: statusCode, body_pattern: pattern, json_path: jsonPath };
}

function patternProblem(pattern: string): string | null {
  try {
    RegExp(pattern);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function checkTimings(
  check: HealthCheck,
  interval: string,
  timeout: string,
  path: ManifestPath,
  { reporter }: Scope,
): void {
  if (check.start_interval !== undefined && (parseDuration(canonicalDuration(check.start_interval)) ?? 0) === 0) {
    reporter.error('invalid_health_check', [...path, 'start_interval'], 'start_interval must be more than 0s');
  }
  const [intervalMs, timeoutMs] = [parseDuration(interval) ?? 0, parseDuration(timeout) ?? 0];
  if (intervalMs === 0) {
    reporter.error('invalid_health_check', [...path, 'interval'], 'interval must be more than 0s');
  } else if (timeoutMs === 0) {
    reporter.error('invalid_health_check', [...path, 'timeout'], 'timeout must be more than 0s');
  } else if (intervalMs < timeoutMs) {
    const field = check.interval === undefined ? 'timeout' : 'interval';
    const summary = `interval ${interval} is shorter than timeout ${timeout}`;
    reporter.error(
      'invalid_health_check',
      [...path, field],
      summary,
      'a check must be able to end before the next begins',
    );
  }
}

function checkSubject(check: HealthCheck, path: ManifestPath, { reporter, broken }: Scope): void {
  if (check.test === undefined && check.endpoints === undefined && !broken.has(path.slice(0, 2).join('.'))) {
    reporter.errorAt('key', 'invalid_health_check', path, 'the health_check has neither "test" nor "endpoints"');
  }
  if (check.expected_response !== undefined && check.endpoints === undefined) {
    const summary = 'expected_response needs "endpoints", whose answers it is about';
    reporter.errorAt('key', 'invalid_health_check', [...path, 'expected_response'], summary);
  }
  if (!Array.isArray(check.test)) return;
  const [word = ''] = check.test;
  if (!['CMD', 'CMD-SHELL', 'NONE'].includes(word)) {
    const detail = 'write such as [CMD, curl, -f, http://localhost/health], or one string for a shell';
    reporter.error(
      'invalid_health_check',
      [...path, 'test', '0'],
      `a test begins with CMD, CMD-SHELL or NONE, not ${shownValue(word)}`,
      detail,
    );
  } else if (word !== 'NONE' && check.test.length < 2) {
    reporter.error('invalid_health_check', [...path, 'test'], `the test says ${word}, but no command`);
  }
}

function isNone({ test, endpoints }: HealthCheck): boolean {
  return Array.isArray(test) && test[0] === 'NONE' && endpoints === undefined;
}

function shorter(interval: string, timeout: Json | undefined): string {
  const limit = parseDuration(typeof timeout === 'string' ? timeout : '30s') ?? 0;
  return formatDuration(Math.min(parseDuration(interval) ?? limit, limit));
}
