/** What every verb works with. */
import type { StepContext } from '../../step-context.ts';
import type { Docker } from '../commands/docker.ts';

export interface Changing {
  readonly docker: Docker;
  readonly context: StepContext;
}
