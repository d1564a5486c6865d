/** What of a planned environment an apply remembers. */
import type { Address } from '../model/address.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import type { Plan } from '../model/plan.ts';

/**
 * `hold`: what was healthy last is kept up while what is declared is quarantined. It says nothing of a revision: where the
 * environment stands, and its quarantine, stay as they are.
 */
export type ApplyPurpose = 'apply' | 'hold';

/** What of a planned environment is remembered. */
export interface Remembered {
  /** As it was planned. */
  readonly plan: Plan;
  /** Desired as it was planned: with what is stopped on purpose. */
  readonly environment: DesiredEnvironment;
  /** The same as the manifests say it. */
  readonly declared: DesiredEnvironment;
  readonly stopped: readonly Address[];
  /** Those of them that are suspended; absent for none. */
  readonly suspended?: readonly Address[];
  readonly fields: 'all' | 'run_state';
  /** What is held is no attempt at what is declared. */
  readonly purpose: ApplyPurpose;
  /** Takes known secrets out of a text. */
  mask(text: string): string;
}
