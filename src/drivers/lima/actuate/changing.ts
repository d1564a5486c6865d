/** What every verb works with. */
import type { JsonObject } from '../../../model/json.ts';
import type { StepContext } from '../../step-context.ts';
import type { LimaFacts } from '../facts.ts';
import type { Limactl } from '../limactl/limactl.ts';
import type { WithKey } from './first-key.ts';

export interface Changing {
  readonly limactl: Limactl;
  readonly context: StepContext;
  readonly withKey: WithKey;
  /** Once no other step is at any of these machines. From a step of a disk only: one of a machine has a turn already. */
  inTurnsOf<T>(machines: readonly string[], act: () => Promise<T>): Promise<T>;
  /** Asked once per actuator. */
  facts(): Promise<LimaFacts>;
}

/** Of a machine, or of a disk. */
export interface Named {
  readonly name: string;
  readonly config: JsonObject;
}
