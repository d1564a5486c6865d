/** What is held comes to itself. */
import type { DomainSight } from '../observe/look.ts';
import { bring } from './bring.ts';
import type { Changing } from './changing.ts';

/** A guest that has put itself to sleep is woken as by its power button: it does not hear that it may go on. */
export function goOn(changing: Changing, { name, state }: DomainSight): Promise<void> {
  const command = [state.isAsleep === true ? 'dompmwakeup' : 'resume', name];
  return bring(changing, name, { command, isSo: (now) => now?.state.run_state === 'running' });
}
