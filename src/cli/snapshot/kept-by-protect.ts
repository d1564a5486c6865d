/** Says of a VM that it stays as it is because something is protected; what is skipped ends with status 3. */
import { protectorOf } from '../../flow/machines/protected.ts';
import type { NamedMachine } from '../../flow/machines/reach.ts';
import { safeText } from '../../report/safe-text.ts';
import type { CommandContext } from '../context.ts';
import { qualified } from './on-machine.ts';

/** Whether it was said. */
export function isKeptByProtect(context: Pick<CommandContext, 'complain'>, named: NamedMachine): boolean {
  const { resource, environment } = named;
  const protector = protectorOf(resource.address, environment);
  if (protector === null) return false;
  const { address, source } = protector;
  const line = source === null ? '' : ` (${source.file}:${source.start.line})`;
  const who = address === resource.address ? 'it' : `${address}, which is inside,`;
  context.complain(safeText(`${qualified(named)} stays as it is: ${who} is protected${line}.`));
  return true;
}
