/** Probes: the health test inside the resource, and its endpoints from where trueup runs, each with its own deadline. */
import { connect as tcpConnect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Actuator } from '../../drivers/driver.ts';
import type { ObjectReference } from '../../drivers/scope.ts';
import { TrueupError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Rung } from '../../model/readiness.ts';
import type { ProbeResult } from '../../model/run.ts';
import type { Vault } from '../../model/secret.ts';
import { Deadline } from './deadline.ts';
import type { EndpointCheck, HealthCheck } from './health-check.ts';
import { LOOPBACK, probeEndpoint, type ProbeVerdict } from './http-probe.ts';

export interface ProbeTarget {
  /** The rungs of a VM or a cluster, as far as they are reached; none of anything else. */
  rungs(signal: AbortSignal): Promise<readonly Rung[]>;
  /** Connects at the first call: where rungs are all there is, nothing reaches into the resource. */
  actuator(): Promise<Actuator>;
  readonly object: ObjectReference;
  readonly config: JsonObject;
  readonly vault: Vault;
}

const MAX_OUTPUT = 4096;

export interface ProbeRound {
  readonly results: readonly ProbeResult[];
  /** The test did not end in its time. Nobody can tell whether it has ended since: not every engine can kill it. */
  readonly testHangs: boolean;
}

/**
 * One round: the rungs, the test, then each endpoint, until the first that fails. Rejects with the signal's reason, and where the
 * engine kept it from being asked: that says nothing about the resource.
 */
export async function probeOnce(check: HealthCheck, target: ProbeTarget, signal: AbortSignal): Promise<ProbeRound> {
  const results: ProbeResult[] = [];
  let testHangs = false;
  const { test } = check;
  if (check.readyMs !== null) results.push(...(await climb(target, signal)));
  if (test !== null && results.every(({ passed }) => passed)) {
    const run = (deadline: AbortSignal): Promise<ProbeVerdict> => probeTest(test, target, deadline);
    const { result, timedOut } = await timed('test', test.join(' '), check.timeoutMs, target.vault, signal, run);
    results.push(result);
    testHangs = timedOut;
  }
  for (const endpoint of check.endpoints) {
    if (results.some((result) => !result.passed)) break;
    const run = (deadline: AbortSignal): Promise<ProbeVerdict> => probeUrl(endpoint, check, target, deadline);
    const what = `${endpoint.method} ${endpoint.url}`;
    results.push((await timed('endpoint', what, endpoint.timeoutMs, target.vault, signal, run)).result);
  }
  return { results, testHangs };
}

/** Rungs as probes: the last one is the first that is not met, where there is one. */
async function climb({ rungs: look, vault }: ProbeTarget, signal: AbortSignal): Promise<readonly ProbeResult[]> {
  const startedAt = Date.now();
  const rungs = await look(signal);
  return rungs.map(({ name, met, reason }) => ({
    at: new Date(startedAt).toISOString(),
    check_type: 'rung',
    target: name,
    passed: met,
    exit_code: null,
    output: vault.mask(reason ?? '').slice(0, MAX_OUTPUT),
    response_time_ms: Date.now() - startedAt,
  }));
}

async function probeTest(test: readonly string[], target: ProbeTarget, signal: AbortSignal): Promise<ProbeVerdict> {
  const { object, config, vault } = target;
  const result = await (await target.actuator()).exec(object, config, test, { signal, vault });
  // Masked before it is cut: half a secret is no longer recognised.
  const output = vault.mask(result.output).slice(-MAX_OUTPUT);
  return { passed: result.exit_code === 0, exitCode: result.exit_code, output };
}

async function probeUrl(
  endpoint: EndpointCheck,
  check: HealthCheck,
  target: ProbeTarget,
  signal: AbortSignal,
): Promise<ProbeVerdict> {
  const stream = await open(new URL(endpoint.url), target, signal);
  try {
    return await probeEndpoint(endpoint, check.expectedResponse, stream, signal);
  } finally {
    stream.destroy();
  }
}

/** Loopback means the resource itself, which its driver knows how to reach; any other host is reached as it is. */
async function open(url: URL, target: ProbeTarget, signal: AbortSignal): Promise<Duplex> {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  if (LOOPBACK.has(url.hostname)) return (await target.actuator()).connect(target.object, { port }, signal);
  const socket = tcpConnect({ host: url.hostname.replace(/^\[|\]$/g, ''), port, signal });
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  socket.once('connect', () => resolve(socket));
  socket.once('error', reject);
  return promise;
}

async function timed(
  checkType: ProbeResult['check_type'],
  what: string,
  timeoutMs: number,
  vault: Vault,
  signal: AbortSignal,
  run: (deadline: AbortSignal) => Promise<ProbeVerdict>,
): Promise<{ readonly result: ProbeResult; readonly timedOut: boolean }> {
  const startedAt = Date.now();
  const ended = (verdict: ProbeVerdict): ProbeResult => ({
    at: new Date(startedAt).toISOString(),
    check_type: checkType,
    target: vault.mask(what),
    passed: verdict.passed,
    exit_code: verdict.exitCode,
    output: vault.mask(verdict.output).slice(0, MAX_OUTPUT),
    response_time_ms: Date.now() - startedAt,
  });
  using deadline = new Deadline(signal, timeoutMs);
  try {
    return { result: ended(await run(deadline.signal)), timedOut: false };
  } catch (error) {
    signal.throwIfAborted();
    if (isUnasked(error)) throw error;
    const output = deadline.hasPassed ? `no answer within ${timeoutMs} ms` : messageOf(error);
    return { result: ended({ passed: false, exitCode: null, output }), timedOut: deadline.hasPassed };
  }
}

/** The engine did not say where to ask, or take the question; or the connection to it was given up. */
export function isUnasked(error: unknown): error is TrueupError {
  return error instanceof TrueupError && (error.code === 'engine_unreachable' || error.code === 'interrupted');
}

/** Node wraps failed connection attempts into an aggregate whose own message is empty. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
