/** What every verb works with. */
import type { StepContext } from '../../step-context.ts';
import type { LibvirtFacts } from '../facts.ts';
import type { Virsh } from '../virsh/virsh.ts';

/** What works on volumes alone: whose they are is for others to know. */
export interface Storing {
  readonly virsh: Virsh;
  readonly context: Pick<StepContext, 'signal' | 'progress'>;
}

export interface Changing extends Storing {
  readonly context: StepContext;
  /** Asked once per actuator. */
  facts(): Promise<LibvirtFacts>;
}
