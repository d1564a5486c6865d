/**
 * The last probes of an environment's services, from the end of what was written: probes come so often that they stand
 * there, and whoever asks begins a command or the daemon. Nothing is lost but comfort where something cannot be read.
 */
import { open } from 'node:fs/promises';
import type { Address } from '../model/address.ts';
import type { HealthCheckResult } from '../model/health.ts';
import type { StateFolder } from './folder.ts';
import { currentHealthPath, HEALTH_FORMAT_VERSION } from './health-files.ts';
import { resultOf } from './health-reading.ts';
import { anyObject } from './shape.ts';
import { parseStored } from './stored-json.ts';

const TAIL_BYTES = 256 * 1024;
const HEADER_BYTES = 256;

/** By service, of what was running then and, as far as is known, since. */
export async function readLatestProbes(
  folder: StateFolder,
  environment: string,
): Promise<ReadonlyMap<Address, HealthCheckResult>> {
  const latest = new Map<Address, HealthCheckResult>();
  for (const result of (await lastLines(currentHealthPath(folder, environment))).flatMap(resultOf)) {
    const { check_type: checkType, run_state: runState } = result.metadata;
    if (runState !== 'running') latest.delete(result.service_id);
    else if (checkType === 'script' || checkType === 'endpoint') latest.set(result.service_id, result);
  }
  return latest;
}

async function lastLines(path: string): Promise<readonly string[]> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    const begin = Math.max(0, size - TAIL_BYTES);
    const read = async (length: number, position: number): Promise<string> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), { position });
      return buffer.toString('utf8', 0, bytesRead);
    };
    const [header = ''] = (await read(HEADER_BYTES, 0)).split('\n', 1);
    const { status } = parseStored(header, HEALTH_FORMAT_VERSION, anyObject);
    return status === 'too_new' || status === 'damaged' ? [] : (await read(size - begin, begin)).split('\n');
  } catch {
    return [];
  }
}
