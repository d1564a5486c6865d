/** What every verb works with. */
import type { StepContext } from '../../driver.ts';
import type { LibvirtFacts } from '../facts.ts';
import type { Virsh } from '../virsh/virsh.ts';

export interface Changing {
  readonly virsh: Virsh;
  readonly context: StepContext;
  /** Asked once per actuator. */
  facts(): Promise<LibvirtFacts>;
}
