/** Exit statuses, the same for every command. */
import type { FailureCode } from '../model/codes.ts';
import { failureOf } from '../model/failure.ts';

export const EXIT = {
  done: 0,
  error: 1,
  /** Changes, drift or disparity found. */
  found: 2,
  /** Applied in part, a gate not met, or something protected left as it is. */
  partial: 3,
  /** Locked by another run, or a stale plan. */
  locked: 4,
  usage: 64,
  invalid: 65,
  interrupted: 130,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

const BY_CODE: Readonly<Partial<Record<FailureCode, ExitStatus>>> = {
  usage: EXIT.usage,
  confirmation_required: EXIT.usage,
  address_not_found: EXIT.usage,
  ambiguous_address: EXIT.usage,
  environment_not_found: EXIT.usage,
  revision_not_found: EXIT.usage,
  invalid_manifests: EXIT.invalid,
  locked: EXIT.locked,
  lock_lost: EXIT.locked,
  already_served: EXIT.locked,
  stale_plan: EXIT.locked,
  interrupted: EXIT.interrupted,
};

export function exitStatusOf(error: unknown): ExitStatus {
  return BY_CODE[failureOf(error).code] ?? EXIT.error;
}

/** The status of several environments together: the worst, a plain error before anything else. */
export function worstOf(statuses: readonly ExitStatus[]): ExitStatus {
  const order: readonly ExitStatus[] = [130, 1, 65, 64, 4, 3, 2, 0];
  return order.find((status) => statuses.includes(status)) ?? EXIT.done;
}
