/** One service as a person would have declared it, out of what its container is. */
import { type Json, type JsonObject, jsonEqual, member } from '../../model/json.ts';
import type { Facts } from '../../model/observed.ts';
import type { ForeignObject } from '../../model/foreign.ts';
import { importedContainer } from './container.ts';
import type { Draft } from './draft.ts';
import { fitsName } from './fits.ts';
import { importedHealth } from './health.ts';
import { importedMounts, importedTmpfs, type MountNames } from './mounts.ts';
import { importedNetworking, type NetworkNames } from './networking.ts';
import { warnOfPlainSecrets } from './plain-secrets.ts';
import { withoutSecretWords } from './secret-words.ts';
import type { Secrets } from './secrets.ts';
import { escaped, objectAt, said, textAt, textsAt } from './values.ts';
import { importedVariables } from './variables.ts';

export interface ServiceNames extends MountNames, NetworkNames {
  readonly facts: Facts;
  readonly secrets: Secrets;
  /** Whether something waits for its completion. */
  readonly isAwaited: boolean;
}

export interface ImportedService {
  readonly tree: JsonObject;
  readonly variables: Readonly<Record<string, string>>;
  readonly isStopped: boolean;
}

export function importedService(foreign: ForeignObject, names: ServiceNames, draft: Draft): ImportedService {
  const { object, not_carried: lost } = foreign;
  const { configured, defaults = {}, name } = object;
  const { address } = draft;
  const container = importedContainer(object, names.facts, draft);
  const health = importedHealth(configured, defaults, draft);
  const variables = importedVariables(foreign, names.secrets, draft);
  const [volumes, tmpfs] = [importedMounts(configured, names, draft), importedTmpfs(configured, draft)];
  const runState = member(configured, 'run_state');
  const runsOnce = runState === 'completed' && names.isAwaited && !isRestarted(container);
  const canPass = health !== null && textsAt(health, 'test')[0] !== 'NONE';
  for (const option of lost) draft.note('not_carried', `${option} is lost when the container is next replaced`);
  const tree = said({
    type: canPass ? 'infrastructure' : null,
    adopted: { name },
    container: withoutSecretWords(container, ['entrypoint', 'command'], names.secrets, {
      address,
      field: 'container',
    }),
    run: runsOnce ? 'once' : null,
    networking: escaped(importedNetworking(configured, defaults, names, draft)),
    storage: escaped(
      said({ volumes: volumes.length === 0 ? null : volumes, tmpfs: tmpfs.length === 0 ? null : tmpfs }),
    ),
    health_check:
      health === null ? null : withoutSecretWords(health, ['test'], names.secrets, { address, field: 'health_check' }),
    resource_limits: importedLimits(configured),
    environment_variables: variables.tree,
    labels: importedLabels(configured, defaults, draft),
  });
  warnOfPlainSecrets(tree, names.secrets, draft);
  return { tree, variables: variables.plain, isStopped: !runsOnce && isStopped(runState, draft) };
}

function isRestarted(container: JsonObject): boolean {
  return ['always', 'unless-stopped'].includes(textAt(container, 'restart') ?? '');
}

/** What does not run stays so, and what is paused is said: no manifest can say it. */
function isStopped(runState: Json, draft: Draft): boolean {
  if (runState === 'running' || runState === 'restarting') return false;
  if (runState === 'paused' || runState === 'dead') {
    draft.note('will_change', `it is ${runState}: \`trueup apply --adopt\` has it running again`);
    return false;
  }
  if (runState === 'completed')
    draft.note('information', 'it has ended well: write `run: once` where it is to run to its end');
  return true;
}

function importedLimits(configured: JsonObject): JsonObject {
  const limits = objectAt(configured, 'resource_limits');
  const cpus = member(limits, 'cpu_limit');
  return said({ ...limits, cpu_limit: typeof cpus === 'string' ? Number(cpus) : cpus });
}

function importedLabels(configured: JsonObject, defaults: JsonObject, draft: Draft): JsonObject {
  const usual = objectAt(defaults, 'labels');
  const own = Object.entries(objectAt(configured, 'labels')).filter(
    ([name, value]) => !jsonEqual(value, member(usual, name)),
  );
  const fitting = own.filter(([name]) => {
    if (fitsName(['labels'], name)) return true;
    draft.leaveOut(['labels', name], 'no manifest sets a label of this name');
    return false;
  });
  return Object.fromEntries(fitting.map(([name, value]) => [name, escaped(value)]));
}
