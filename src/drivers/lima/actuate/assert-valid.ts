/** Lima's own validator has the first word: nothing is applied that it is against. */
import { TrueupError } from '../../../model/failure.ts';
import { filled } from '../template/fill.ts';
import type { Changing } from './changing.ts';

export async function assertValid({ limactl, context }: Changing, name: string, template: string): Promise<void> {
  const { problems } = await filled(limactl, template, name, context.signal);
  if (problems.length === 0) return;
  throw new TrueupError('step_failed', `Lima is against the configuration of ${name}: ${problems.join('; ')}`, {
    fields: { name },
    next: 'change what it names; nothing was applied',
  });
}
