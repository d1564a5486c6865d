/** The contexts that lead to a cluster: put where they are declared to be, and taken away from everywhere else. */
import { notedWith, wantedOf } from '../../kubernetes/kubeconfig/noted.ts';
import { mustTakeContext, putContext, removeContext } from '../../kubernetes/kubeconfig/put.ts';
import type { Mark } from '../marks.ts';
import { contextOf, idOf } from '../own-kubeconfig.ts';
import type { FolderSight } from '../observe/look-at-folder.ts';
import type { Changing } from './changing.ts';
import { writeMark } from './write-mark.ts';

/** Idempotent. A file is noted in the mark before it is written, and until it is rid of us. */
export async function putKubeconfigs(changing: Changing, sight: FolderSight, mark: Mark): Promise<void> {
  const { engine, context } = changing;
  const { name, folder } = sight;
  const wanted = wantedOf(mark.kept, mark.kubeconfigs);
  const paths = new Set(wanted.map(({ path }) => path));
  const all = notedWith(mark.kubeconfigs, wanted);
  const entry = wanted.length === 0 ? null : await contextOf(folder, name, mark.kept);
  // One that takes nothing is not noted: it could not be rid of us either.
  for (const { path, switching } of wanted) if (entry !== null) await mustTakeContext(path, entry, switching);
  if (all !== mark.kubeconfigs) await writeMark(engine, name, { ...mark, kubeconfigs: all });
  for (const { path, switching } of wanted)
    if (entry !== null) await putContext(path, entry, { switchContext: switching, signal: context.signal });
  const others = all.filter(({ path }) => !paths.has(path));
  for (const { path } of others) await removeContext(path, idOf(folder), context.signal);
  if (others.length > 0)
    await writeMark(engine, name, { ...mark, kubeconfigs: all.filter(({ path }) => paths.has(path)) });
}

export async function removeKubeconfigs({ context }: Changing, { folder, mark }: FolderSight): Promise<void> {
  for (const { path } of mark?.kubeconfigs ?? []) await removeContext(path, idOf(folder), context.signal);
}
