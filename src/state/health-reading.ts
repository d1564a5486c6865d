/**
 * Reads health results, some at a time: a month of them need not fit into memory. Lines that say nothing are left
 * out, and a file that cannot be read keeps nobody from the others.
 */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { errnoOf } from '../files/errno.ts';
import { isAddress } from '../model/address.ts';
import { TrueupError } from '../model/failure.ts';
import { CHECK_TRIGGERS, CHECK_TYPES, HEALTH_STATUSES, type HealthCheckResult } from '../model/health.ts';
import { isJsonObject } from '../model/json.ts';
import type { StateFolder } from './folder.ts';
import { currentHealthPath, HEALTH_FORMAT_VERSION, healthFolder } from './health-files.ts';
import { rotatedFiles } from './rotated-files.ts';
import { anyObject } from './shape.ts';
import { parseStored } from './stored-json.ts';
import { unreadable } from './system-error.ts';

export interface HealthReadingOptions {
  /** Milliseconds since the epoch: nothing older is read. */
  readonly since: number;
  onProblem(problem: TrueupError): void;
}

/** In the order in which they were written, many at a time. */
export async function* readHealthHistory(
  folder: StateFolder,
  environment: string,
  { since, onProblem }: HealthReadingOptions,
): AsyncGenerator<readonly HealthCheckResult[], void, undefined> {
  const rotated = await rotatedFiles(healthFolder(folder, environment));
  const current = {
    path: currentHealthPath(folder, environment),
    isCompressed: false,
    until: Number.POSITIVE_INFINITY,
  };
  for (const { path, isCompressed, until } of [...rotated, current]) {
    if (until < since) continue;
    try {
      for await (const results of resultsOf(path, isCompressed))
        yield results.filter(({ timestamp }) => Date.parse(timestamp) >= since);
    } catch (error) {
      // It was compressed or removed since we looked.
      if (errnoOf(error) === 'ENOENT') continue;
      const isKnown = error instanceof TrueupError;
      const reason = error instanceof Error ? error.message : String(error);
      onProblem(isKnown ? error : unreadable(path, reason, 'The health of that time is not shown.', error));
    }
  }
}

/** What stands in each piece of the file that was read at once: one by one costs far more. */
async function* resultsOf(
  path: string,
  isCompressed: boolean,
): AsyncGenerator<readonly HealthCheckResult[], void, undefined> {
  const file = createReadStream(path);
  const input = isCompressed ? unpacked(file) : file;
  try {
    let rest = '';
    let isFirst = true;
    for await (const chunk of input.setEncoding('utf8')) {
      const lines = `${rest}${String(chunk)}`.split('\n');
      rest = lines.pop() ?? '';
      const [first] = lines;
      if (isFirst && first !== undefined) {
        assertReadable(path, first);
        isFirst = false;
      }
      yield lines.flatMap(resultOf);
    }
  } finally {
    input.destroy();
    file.destroy();
  }
}

function unpacked(file: Readable): Readable {
  const gunzip = createGunzip();
  file.once('error', (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
}

function assertReadable(path: string, line: string): void {
  const header = parseStored(line, HEALTH_FORMAT_VERSION, anyObject);
  if (header.status !== 'too_new') return;
  throw new TrueupError('state_too_new', `${path} was written by a newer trueup (format ${header.found})`, {
    fields: { path, format_version: header.found, supported: HEALTH_FORMAT_VERSION },
    next: 'Update trueup. Or delete the file: then only the health of that time is forgotten.',
  });
}

/** What a line says; nothing where it is no result. */
export function resultOf(line: string): readonly HealthCheckResult[] {
  try {
    const value: unknown = JSON.parse(line);
    return isResult(value) ? [value] : [];
  } catch {
    return [];
  }
}

/** By hand: of a month there are millions, and nobody is told what is wrong with one. */
function isResult(value: unknown): value is HealthCheckResult {
  if (!isJsonObject(value)) return false;
  const { id, service_id, timestamp, status, details, metadata } = value;
  if (typeof id !== 'string' || typeof service_id !== 'string' || !isAddress(service_id)) return false;
  if (typeof timestamp !== 'string' || Number.isNaN(Date.parse(timestamp)) || !isOneOf(status, HEALTH_STATUSES))
    return false;
  if (!isJsonObject(details) || !isJsonObject(metadata)) return false;
  const { exit_code, output, response_time_ms, error_message } = details;
  if (!isNumberOrNull(exit_code) || !isNumberOrNull(response_time_ms)) return false;
  if (!isTextOrNull(output) || !isTextOrNull(error_message)) return false;
  const { check_type, triggered_by, run_state } = metadata;
  return (
    (check_type === null || isOneOf(check_type, CHECK_TYPES)) &&
    isOneOf(triggered_by, CHECK_TRIGGERS) &&
    typeof run_state === 'string'
  );
}

function isOneOf(value: unknown, values: readonly string[]): boolean {
  return typeof value === 'string' && values.includes(value);
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || typeof value === 'number';
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}
