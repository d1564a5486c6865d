/** What only machines have, of an actuator that begins nothing once the lock is lost. */
import type { VmActions } from '../../drivers/vm-faces.ts';
import type { HeldLocks } from '../../state/locks/lock.ts';

export function guardedMachines(machines: VmActions, locks: Pick<HeldLocks, 'confirm'>): VmActions {
  const { takeSnapshot, restoreSnapshot, deleteSnapshot, putParts, console: open, consoleKey } = machines;
  return {
    ...(takeSnapshot === undefined ? {} : { takeSnapshot: confirmed(takeSnapshot, locks) }),
    ...(restoreSnapshot === undefined ? {} : { restoreSnapshot: confirmed(restoreSnapshot, locks) }),
    ...(deleteSnapshot === undefined ? {} : { deleteSnapshot: confirmed(deleteSnapshot, locks) }),
    ...(putParts === undefined ? {} : { putParts: confirmed(putParts, locks) }),
    ...(open === undefined ? {} : { console: open }),
    ...(consoleKey === undefined ? {} : { consoleKey }),
  };
}

function confirmed<Words extends readonly unknown[], Result>(
  call: (...words: Words) => Promise<Result>,
  locks: Pick<HeldLocks, 'confirm'>,
): (...words: Words) => Promise<Result> {
  return async (...words) => {
    locks.confirm();
    return call(...words);
  };
}
