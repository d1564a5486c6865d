/**
 * Adoption in another worktree of the repo: nothing on an object says that it was adopted, but each worktree remembers what it
 * did. Two that hold one object to what each declares would change it back and forth.
 */
import { otherWorktrees } from '../git/worktrees.ts';
import type { ClaimedObject } from '../model/adoption.ts';
import { type Address, isAddress, typeOf } from '../model/address.ts';
import { TrueupError } from '../model/failure.ts';
import { stateFolder } from '../state/folder.ts';
import { readRecorded, recordedEnvironments } from '../state/recorded.ts';
import type { Workspace } from './workspace.ts';

/** Throws `checkout_in_use` for the first of the objects that another worktree has adopted and not let go of. */
export async function assertAdoptedNowhereElse(
  { repository, settings }: Pick<Workspace, 'repository' | 'settings'>,
  objects: readonly ClaimedObject[],
): Promise<void> {
  if (objects.length === 0) return;
  for (const root of await otherWorktrees(repository)) {
    const folder = stateFolder(root, settings.folders.state);
    for (const environment of await recordedEnvironments(folder)) {
      const { recorded } = await readRecorded(folder, environment);
      for (const [address, { adopted = [] }] of Object.entries(recorded.resources)) {
        const type = isAddress(address) ? typeOf(address) : null;
        const found = objects.find((object) => object.type === type && adopted.includes(object.as));
        if (found !== undefined) throw adoptedThere({ root, environment, theirs: address, ours: found.address });
      }
    }
  }
}

function adoptedThere(there: {
  readonly root: string;
  readonly environment: string;
  readonly theirs: string;
  readonly ours: Address;
}): TrueupError {
  const { root, environment, theirs, ours } = there;
  return new TrueupError('checkout_in_use', `${root} has adopted what ${ours} claims, as ${environment}/${theirs}`, {
    fields: { checkout: root, environment },
    next: 'work there, or leave `adopted` out of its manifests and apply there; a linked worktree may be removed instead',
  });
}
