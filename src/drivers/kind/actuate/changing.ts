/** What every verb works with. */
import type { StepContext } from '../../step-context.ts';
import type { Docker } from '../commands/docker.ts';
import type { Meant } from '../commands/kind.ts';

export interface Changing {
  readonly docker: Docker;
  readonly context: StepContext;
}

export function meantBy({ docker, context }: Changing, cluster: string): Meant {
  return { engine: docker.engine, owner: context.ownership.owner, cluster };
}
