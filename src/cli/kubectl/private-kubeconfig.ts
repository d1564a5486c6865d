/** A kubeconfig for one program, for as long as that runs: it holds the keys of a cluster. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PRIVATE_FILE } from '../../files/atomic-file.ts';
import { privateFolder } from '../../files/private-folder.ts';

export interface PrivateKubeconfig extends AsyncDisposable {
  readonly path: string;
}

export async function privateKubeconfig(text: string, parent?: string): Promise<PrivateKubeconfig> {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await privateFolder('trueup-kube-', parent));
  const path = join(folder.path, 'config');
  await writeFile(path, text, { mode: PRIVATE_FILE });
  const kept = opened.move();
  return { path, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
