/**
 * Secrets that are changed while somebody follows what services say. A service is started anew for a secret that was changed,
 * and may print it: so it is read as soon as its file is saved, which is before anybody can be given it.
 */
import type { LoadOptions } from '../../flow/load.ts';
import type { Selected } from '../../flow/selection.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { DeclaredWatch } from '../../serve/watch/declared-watch.ts';

/** Known to the vault of the workspace from then on. What cannot be read leaves known what was known. */
export function followSecrets(
  workspace: Workspace,
  selected: readonly Selected[],
  load: Omit<LoadOptions, 'name'>,
  signal: AbortSignal,
): AsyncDisposable {
  const all = new AsyncDisposableStack();
  let isOver = false;
  for (const { environment } of selected) {
    let turn = Promise.resolve();
    const readNext = (): void => {
      turn = turn.then(async () => {
        if (!isOver && !signal.aborted) await declared.read(signal).catch(() => undefined);
      });
    };
    const declared: DeclaredWatch = new DeclaredWatch({
      workspace,
      environment,
      load,
      changed: readNext,
      mistaken: () => undefined,
      gone: () => undefined,
      polling: () => undefined,
    });
    all.use(declared);
    all.defer(() => turn);
    readNext();
  }
  // First of all to happen: who reads on meanwhile would be waited for without an end.
  all.defer(() => {
    isOver = true;
  });
  return all;
}
