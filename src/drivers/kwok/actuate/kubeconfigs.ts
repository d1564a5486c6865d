/** The contexts that lead to a cluster: put where they are declared to be, and taken away from everywhere else. */
import { mustTakeContext, putContext, removeContext } from '../../kubernetes/kubeconfig/put.ts';
import { wantedKubeconfigs } from '../../kubernetes/kubeconfig/wanted.ts';
import type { Mark } from '../marks.ts';
import { contextOf, idOf } from '../own-kubeconfig.ts';
import type { FolderSight } from '../observe/look-at-folder.ts';
import type { Changing } from './changing.ts';
import { writeMark } from './write-mark.ts';

/** Idempotent. A file is noted in the mark before it is written, and until it is rid of us. */
export async function putKubeconfigs(changing: Changing, sight: FolderSight, mark: Mark): Promise<void> {
  const { engine, context } = changing;
  const { name, folder } = sight;
  const wanted = wantedKubeconfigs(mark.kept);
  const paths = wanted.map(({ path }) => path);
  const all = [...new Set([...mark.kubeconfigs, ...paths])];
  const entry = wanted.length === 0 ? null : await contextOf(folder, name, mark.kept);
  // One that takes nothing is not noted: it could not be rid of us either.
  for (const { path, switching } of wanted) if (entry !== null) await mustTakeContext(path, entry, switching);
  if (all.length > mark.kubeconfigs.length) await writeMark(engine, name, { ...mark, kubeconfigs: all });
  for (const { path, switching } of wanted)
    if (entry !== null) await putContext(path, entry, { switchContext: switching, signal: context.signal });
  const others = mark.kubeconfigs.filter((path) => !paths.includes(path));
  for (const path of others) await removeContext(path, idOf(folder), context.signal);
  if (others.length > 0) await writeMark(engine, name, { ...mark, kubeconfigs: paths });
}

export async function removeKubeconfigs({ context }: Changing, { folder, mark }: FolderSight): Promise<void> {
  for (const path of mark?.kubeconfigs ?? []) await removeContext(path, idOf(folder), context.signal);
}
