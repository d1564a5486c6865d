/** What only machines have, as calls beside the steps: each waits for its turn on its machine. */
import type { StepContext } from '../../step-context.ts';
import type { VmActions } from '../../vm-faces.ts';
import type { Limactl } from '../limactl/limactl.ts';
import { openConsole } from '../reach/open-console.ts';
import { deleteSnapshot } from '../snapshots/delete.ts';
import { restoreSnapshot } from '../snapshots/restore.ts';
import { takeSnapshot } from '../snapshots/take.ts';
import type { Changing } from './changing.ts';

/** One at a time per machine. */
export type InTurn = <T>(name: string, context: StepContext, act: (changing: Changing) => Promise<T>) => Promise<T>;

export function machineActions(limactl: Limactl, inTurn: InTurn): VmActions {
  return {
    takeSnapshot: ({ name }, request, context) =>
      inTurn(name, context, (changing) => takeSnapshot(changing, name, request)),
    restoreSnapshot: ({ name }, id, context) =>
      inTurn(name, context, (changing) => restoreSnapshot(changing, name, id)),
    deleteSnapshot: ({ name }, id, context) => inTurn(name, context, (changing) => deleteSnapshot(changing, name, id)),
    console: ({ name }, signal) => openConsole(limactl, name, signal),
    consoleKey: 'Ctrl-]',
  };
}
