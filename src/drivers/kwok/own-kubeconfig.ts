/** The kubeconfig that kwokctl writes into the folder of a cluster, and what is made of it for others. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isGone } from '../../files/is-gone.ts';
import { TrueupError } from '../../model/failure.ts';
import { type JsonObject, memberAt } from '../../model/json.ts';
import { embeddedContext } from '../kubernetes/kubeconfig/embedded.ts';
import type { ContextEntry } from '../kubernetes/kubeconfig/entry.ts';
import { FILES } from './engine.ts';
import { unreadable } from './observe/unreadable.ts';

/** Its certificates are files beside it. Rejects with `not_running` where there is none, and with `engine_unreachable` where nobody can tell. */
export async function ownKubeconfig(folder: string): Promise<string> {
  const path = join(folder, FILES.kubeconfig);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (!isGone(error)) throw unreadable("the cluster's own kubeconfig", path, error);
    throw new TrueupError('not_running', `the cluster has no kubeconfig: ${path} is gone`, {
      cause: error,
      next: 'apply makes it anew',
    });
  }
}

/** The context that leads to it, its keys included: whoever has it is let in. */
export async function contextOf(folder: string, name: string, config: JsonObject): Promise<ContextEntry> {
  const context = memberAt(config, 'kubeconfig', 'context');
  const parts = await embeddedContext(await ownKubeconfig(folder));
  return { context: typeof context === 'string' ? context : name, id: idOf(folder), ...parts };
}

/** Unique on this machine. */
export function idOf(folder: string): string {
  return createHash('sha256').update(folder).digest('hex').slice(0, 12);
}

/** Where somebody finds it: the declared file, else the one in the folder of the cluster. */
export function kubeconfigPathOf(folder: string, config: JsonObject): string {
  const path = memberAt(config, 'kubeconfig', 'path');
  return typeof path === 'string' ? path : join(folder, FILES.kubeconfig);
}
