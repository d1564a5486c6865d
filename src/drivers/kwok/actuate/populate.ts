/** Brings nodes, addons and contexts about, in a cluster that runs. Idempotent; waits until its API server is ready for it. */
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import { memberAt } from '../../../model/json.ts';
import { applyAddons } from '../../kubernetes/addons/apply.ts';
import { allowsLoss, declaredAddons } from '../../kubernetes/addons/declared.ts';
import type { ClusterApi } from '../../kubernetes/api/answer.ts';
import { type Changing, type ClusterArguments, ownSight } from './changing.ts';
import { putKubeconfigs } from './kubeconfigs.ts';
import { settleNodes } from './settle-nodes.ts';
import { pauseFor } from '../../wait.ts';

const PATIENCE_MS = 60_000;
const PAUSE_MS = 50;

export async function populateCluster(changing: Changing, { name, config }: ClusterArguments): Promise<JsonObject> {
  const { connections, context } = changing;
  const sight = await ownSight(changing, name);
  const api = await connections.to(sight.folder);
  await ready(changing, name, api);
  await settleNodes(api, name, memberAt(config, 'nodes', 'workers'), context.signal);
  const { signal, progress } = context;
  const kept = await applyAddons(api, declaredAddons(config), { signal, progress, allowsLoss: allowsLoss(config) });
  if (sight.mark !== null) await putKubeconfigs(changing, sight, sight.mark);
  return kept.length === 0 ? {} : { kept: [...kept] };
}

async function ready({ context }: Changing, name: string, api: ClusterApi): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const why = await unreadiness(api, context.signal);
    if (why === null) return;
    if (performance.now() > deadline)
      throw new TrueupError('step_failed', `cluster ${name} takes no objects: ${why}`, {
        retryable: true,
        fields: { cluster: name },
        next: '`trueup logs` shows what its processes have written; apply again once the cause is gone',
      });
    await pauseFor(PAUSE_MS, context.signal);
  }
}

async function unreadiness(api: ClusterApi, signal: AbortSignal): Promise<string | null> {
  try {
    const { status, text } = await api.ask({ path: '/readyz' }, signal);
    return status === 200 ? null : text;
  } catch (error) {
    if (error instanceof TrueupError && error.code === 'engine_unreachable') return error.message;
    throw error;
  }
}
