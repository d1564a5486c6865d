/** Writes our mark into the folder of a cluster. Unlike the folder itself it is whole or not there. */
import { join } from 'node:path';
import { writeFileAtomic } from '../../../files/atomic-file.ts';
import { makeFolder } from '../../../files/make-folder.ts';
import { clusterFolder, type Engine, FILES } from '../engine.ts';
import { type Mark, markText } from '../marks.ts';

export async function writeMark(engine: Engine, name: string, mark: Mark): Promise<void> {
  const folder = clusterFolder(engine, name);
  await makeFolder(folder);
  await writeFileAtomic(join(folder, FILES.mark), markText(mark));
}
