/**
 * Saved plans: what `plan --out` writes and `apply FILE` carries out. They hold keyed hashes instead of secrets, and a
 * digest of what the plan was computed from, so that a plan whose world has moved is refused.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { TrueupError } from '../model/failure.ts';
import { canonicalJson, type Json } from '../model/json.ts';
import type { Plan } from '../model/plan.ts';
import { writeFileAtomic } from '../files/atomic-file.ts';
import { SAVED_PLAN_SHAPE } from './plan-shape.ts';
import { parseStored } from './stored-json.ts';
import { errnoOf } from '../files/errno.ts';

export const SAVED_PLAN_FORMAT_VERSION = '1.0';

export interface SavedPlan {
  readonly format_version: typeof SAVED_PLAN_FORMAT_VERSION;
  readonly kind: 'saved_plan';
  readonly plan: Plan;
  /** Of everything that the plan was computed from. */
  readonly digest: string;
  /** A digest of the observed state of each object that the plan touches, by {@link changeKey}. */
  readonly touched: Readonly<Record<string, string>>;
}

/** SHA-256 of the canonical JSON, in hex: equal for equal values on every machine. */
export function digestOf(value: Json): string {
  return createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex');
}

/** Writes a saved plan that only its user may read. */
export async function writePlanFile(path: string, saved: SavedPlan): Promise<void> {
  try {
    await writeFileAtomic(path, `${JSON.stringify(saved)}\n`);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TrueupError('plan_unwritable', `The plan cannot be saved to ${path}: ${reason}`, {
      cause,
      fields: { path, errno: errnoOf(cause) },
      next: 'Choose another file with `--out`.',
    });
  }
}

/** Reads a saved plan; throws `invalid_plan_file` for anything else. */
export async function readPlanFile(path: string): Promise<SavedPlan> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (cause) {
    throw invalid(path, errnoOf(cause) === 'ENOENT' ? 'there is no such file' : String(cause), cause);
  }
  const stored = parseStored<SavedPlan>(content, SAVED_PLAN_FORMAT_VERSION, SAVED_PLAN_SHAPE);
  if (stored.status === 'read') return stored.value;
  if (stored.status === 'damaged') throw invalid(path, stored.reason);
  throw invalid(path, `it was written by a newer trueup (format ${stored.found})`);
}

function invalid(path: string, reason: string, cause?: unknown): TrueupError {
  return new TrueupError('invalid_plan_file', `${path} is no saved plan: ${reason}`, {
    cause,
    fields: { path },
    next: 'Make a new one with `trueup plan --out FILE`.',
  });
}
