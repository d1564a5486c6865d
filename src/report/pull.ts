/** Pull: what became of each image that was asked for. Made by the caller; shown and written here. */
import type { Address } from '../model/address.ts';
import type { Failure } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import { failureJson } from './json-parts.ts';

const PULL_FORMAT_VERSION = '1.0';

export type PullStatus =
  /** The registry had what the engine did not. */
  | 'pulled'
  /** The engine had it already. */
  | 'up_to_date'
  /** Its policy is never to pull. */
  | 'left_out'
  | 'failed'
  | 'cancelled';

export interface ImagePull {
  readonly address: Address;
  /** As declared. */
  readonly reference: string;
  readonly engine: string;
  /** Whose image it is. */
  readonly services: readonly Address[];
  readonly status: PullStatus;
  /** What the reference means now, and what it meant before; `null` for nothing. */
  readonly id: string | null;
  readonly previous_id: string | null;
  /** What the registry calls it. */
  readonly digest: string | null;
  readonly duration_ms: number;
  readonly error: Failure | null;
}

export interface PullReport {
  readonly environment: string;
  readonly images: readonly ImagePull[];
  /** Services that run an older image than their reference means now: the next apply replaces them. */
  readonly outdated: readonly Address[];
}

/** The public JSON (schemas/pull.json). */
export function pullDocument({ environment, images, outdated }: PullReport): JsonObject {
  return {
    format_version: PULL_FORMAT_VERSION,
    environment,
    images: images.map((image) => ({
      address: image.address,
      reference: image.reference,
      engine: image.engine,
      services: image.services,
      status: image.status,
      id: image.id,
      previous_id: image.previous_id,
      digest: image.digest,
      duration_ms: image.duration_ms,
      error: image.error === null ? null : failureJson(image.error),
    })),
    outdated,
  };
}
