/** Tells a cluster that runs what its nodes carry and which addons are in it, and clients where it is. */
import { TrueupError } from '../../../model/failure.ts';
import { isJsonArray, type JsonObject, jsonEqual, memberAt } from '../../../model/json.ts';
import { applyAddons } from '../../kubernetes/addons/apply.ts';
import { allowsLoss, declaredAddons } from '../../kubernetes/addons/declared.ts';
import { type ClusterApi, complaintOf, isOk } from '../../kubernetes/api/answer.ts';
import { connectTo } from '../../kubernetes/api/connect.ts';
import { readObject } from '../../kubernetes/api/lists.ts';
import {
  carriedBy,
  carriedByEither,
  type Carried,
  carriedOf,
  GROUP_NAMES,
  GROUPS,
  taintOf,
  taintText,
} from '../nodes/groups.ts';
import { kubeconfigOf } from '../observe/connected.ts';
import type { Changing } from './changing.ts';
import { putContexts } from './contexts.ts';
import { knownNodes } from './own-nodes.ts';
import { settle } from './settle.ts';
import { until } from './until.ts';

/** A control plane that was just started takes its time, on a busy machine above all. */
const PATIENCE_MS = 5 * 60_000;

export interface Populating {
  readonly name: string;
  readonly config: JsonObject;
  /** As far as it differs in what nodes are declared to carry; empty for a cluster that is made. */
  readonly former: JsonObject;
}

/** Idempotent. */
export async function populateCluster(changing: Changing, { name, config, former }: Populating): Promise<JsonObject> {
  const { docker, context } = changing;
  const { signal } = context;
  // It runs now, and what it lacked is made: what is to lead to it is noted in one that is whole.
  await settle(changing, name, config, PATIENCE_MS);
  const nodes = await knownNodes(changing, name);
  await putContexts(changing, name, nodes, config);
  const api = await connectTo(await kubeconfigOf(docker, name, signal));
  try {
    await patiently(() => answers(api, signal), `the API server of ${name}`, signal);
    for (const group of GROUP_NAMES) {
      const told = { wanted: carriedOf(config, group), former: carriedOf(former, group) };
      for (const node of nodes.filter(({ role }) => role === GROUPS[group]))
        await patiently(() => tellNode(api, node.name, told, signal), `node ${node.name}`, signal);
    }
    const { progress } = context;
    await applyAddons(api, declaredAddons(config), { signal, progress, allowsLoss: allowsLoss(config) });
  } finally {
    api.close();
  }
  return {};
}

/** `null` for done; else why not. */
type Outcome = Promise<string | null>;

async function patiently(act: () => Outcome, what: string, signal: AbortSignal): Promise<void> {
  await until(async (passedMs) => {
    const reason = await act();
    if (reason === null) return true;
    if (passedMs < PATIENCE_MS) return null;
    throw new TrueupError('step_failed', `${what} cannot be told anything: ${reason}`, {
      retryable: true,
      next: '`trueup logs` of the cluster shows what its nodes say',
    });
  }, signal);
}

async function answers(api: ClusterApi, signal: AbortSignal): Outcome {
  try {
    const answer = await api.ask({ path: '/readyz' }, signal);
    return isOk(answer) ? null : complaintOf(answer);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TrueupError && error.code === 'engine_unreachable') return error.message;
    throw error;
  }
}

interface Told {
  readonly wanted: Carried;
  readonly former: Carried;
}

/** What others have put on it goes, but for what the system puts there. */
async function tellNode(api: ClusterApi, name: string, { wanted, former }: Told, signal: AbortSignal): Outcome {
  const path = `/api/v1/nodes/${name}`;
  const node = await readObject(api, path, signal);
  if (node === null) return 'it has not joined';
  const present = carriedBy(node, carriedByEither(wanted, former));
  if (jsonEqual({ ...present }, { ...wanted })) return null;
  const gone = Object.fromEntries(Object.keys(present.labels).map((label) => [label, null]));
  const taints = memberAt(node, 'spec', 'taints');
  const ofTheSystem = (isJsonArray(taints) ? taints : []).filter((taint) => !present.taints.includes(taintText(taint)));
  const body = {
    // Nobody else may have changed them meanwhile: taints come and go while a node begins.
    metadata: { resourceVersion: memberAt(node, 'metadata', 'resourceVersion'), labels: { ...gone, ...wanted.labels } },
    spec: { taints: [...ofTheSystem, ...wanted.taints.map(taintOf)] },
  };
  const answer = await api.ask({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' }, signal);
  if (isOk(answer)) return null;
  if (answer.status === 409 || answer.status >= 500) return complaintOf(answer);
  throw new TrueupError('step_failed', `node ${name} takes no such labels or taints: ${complaintOf(answer)}`, {
    fields: { node: name, status: answer.status },
    next: 'repair nodes in the manifest, and apply again',
  });
}
