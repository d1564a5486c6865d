/**
 * Saved observations: what `observe --out` writes and `plan --observed` reads. Where a secret is, the file says no more than
 * that there is one. What comes back is checked as deep as plans rely on it: it may have come from anybody.
 */
import { readFile, stat } from 'node:fs/promises';
import { writeFileAtomic } from '../files/atomic-file.ts';
import { errnoOf } from '../files/errno.ts';
import { TrueupError } from '../model/failure.ts';
import { isJsonArray, isJsonObject, type Json, parseJson } from '../model/json.ts';
import { OBSERVATION_FORMAT_VERSION, PRESENT, type SavedObservation } from '../model/observation.ts';
import { isSecret, UNRESOLVED_SECRET } from '../model/secret.ts';
import { OBSERVATION_SHAPE } from './observation-shape.ts';
import { parseStored } from './stored-json.ts';

/** Far more than the largest environment comes to. */
const MOST_BYTES = 256 * 1024 * 1024;

const MOST_DEPTH = 100;

/** As JSON, with `present` in place of every secret. */
export function observationJson(observation: SavedObservation): Json {
  return withSecrets(parseJson(JSON.stringify(observation)), { $secret: PRESENT });
}

/** Writes one that only its user may read: it says how everything is configured. */
export async function writeObservationFile(path: string, document: Json): Promise<void> {
  try {
    await writeFileAtomic(path, `${JSON.stringify(document, null, 1)}\n`);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TrueupError('observation_unwritable', `the observation cannot be saved to ${path}: ${reason}`, {
      cause,
      fields: { path, errno: errnoOf(cause) },
      next: 'choose another file with `--out`',
    });
  }
}

/** Throws `invalid_observation_file` for anything else. Its secrets come back as unresolved ones. */
export async function readObservationFile(path: string): Promise<SavedObservation> {
  const content = await contentOf(path);
  assertReadable(content, path);
  const stored = parseStored<SavedObservation>(content, OBSERVATION_FORMAT_VERSION, OBSERVATION_SHAPE);
  if (stored.status === 'damaged') throw invalid(path, stored.reason);
  if (stored.status === 'too_new') {
    throw invalid(path, `it was written by a newer trueup (format ${stored.found})`, {
      next: 'update trueup here, or observe with the version that is used here',
    });
  }
  return withSecrets(stored.value, UNRESOLVED_SECRET);
}

async function contentOf(path: string): Promise<string> {
  try {
    // Opening a FIFO may never end.
    const found = await stat(path);
    if (!found.isFile()) throw invalid(path, 'it is no regular file');
    if (found.size > MOST_BYTES) throw invalid(path, 'it is larger than any observation');
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof TrueupError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalid(path, errnoOf(cause) === 'ENOENT' ? 'there is no such file' : reason, { cause });
  }
}

/** What is nested without end, or names the prototype of objects, is no observation but an attempt. */
function assertReadable(content: string, path: string): void {
  let parsed: Json;
  try {
    parsed = parseJson(content);
  } catch {
    // Said in full where it is read.
    return;
  }
  let level: readonly Json[] = [parsed];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_DEPTH) throw invalid(path, 'it is nested too deeply');
    if (level.some((value) => isJsonObject(value) && Object.hasOwn(value, '__proto__'))) {
      throw invalid(path, 'it has a key "__proto__"');
    }
    level = level.flatMap((value) => (isJsonArray(value) ? value : isJsonObject(value) ? Object.values(value) : []));
  }
}

/** Every secret leaf replaced; the shape stays. */
function withSecrets<T>(value: T, secret: Json): T {
  return replaced(value as Json, secret) as T;
}

function replaced(value: Json, secret: Json): Json {
  if (isSecret(value)) return secret;
  if (isJsonArray(value)) return value.map((item) => replaced(item, secret));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, secret)]));
}

function invalid(
  path: string,
  reason: string,
  {
    cause,
    next = 'save a new one with `trueup observe --out FILE`',
  }: { readonly cause?: unknown; readonly next?: string } = {},
): TrueupError {
  return new TrueupError('invalid_observation_file', `${path} is no saved observation: ${reason}`, {
    cause,
    fields: { path },
    next,
  });
}
