/** `trueup history vm.X`: the configurations that were applied to VMs, newest first. Needs no engine. */
import type { Workspace } from '../flow/workspace.ts';
import { type Address, parseQualifiedAddress } from '../model/address.ts';
import {
  type ConfigurationHistory,
  configurationHistoryDocument,
  renderConfigurationHistory,
} from '../report/configuration-history.ts';
import { readVmConfigurations } from '../state/vm-configurations.ts';
import type { CommandContext } from './context.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { loadSelected } from './selecting.ts';
import { warnOfProblem } from './warnings.ts';

export async function showConfigurations(
  context: CommandContext,
  workspace: Workspace,
  words: readonly string[],
  limit: number,
): Promise<ExitStatus> {
  const named = await namedIn(context, workspace, words);
  const histories: ConfigurationHistory[] = [];
  for (const { environment, address } of named) {
    const { versions, problem } = await readVmConfigurations(workspace.state, environment);
    warnOfProblem(context, problem);
    const configId = `${environment}/${address}`;
    const own = versions.filter((version) => version.configId === configId);
    histories.push({ configId, versions: own.toReversed().slice(0, limit) });
  }
  if (context.output === 'json') context.printJson(configurationHistoryDocument(histories));
  context.print(renderConfigurationHistory(histories, context.render));
  return EXIT.done;
}

interface Named {
  readonly environment: string;
  readonly address: Address;
}

/** What is remembered outlives its manifests; what has nothing yet is known by them. */
async function namedIn(
  context: CommandContext,
  workspace: Workspace,
  words: readonly string[],
): Promise<readonly Named[]> {
  const remembered: Named[] = [];
  const others: string[] = [];
  for (const word of words) {
    const { environment = null, address = null } = parseQualifiedAddress(word) ?? {};
    const { versions } =
      environment === null ? { versions: [] } : await readVmConfigurations(workspace.state, environment);
    const isKnown = versions.some(({ configId }) => configId === word);
    if (isKnown && environment !== null && address !== null) remembered.push({ environment, address });
    else others.push(word);
  }
  if (others.length === 0) return remembered;
  const inputs = { var: {}, profile: [] };
  const selected = await loadSelected(context, workspace, others, inputs, { secrets: 'leave', without: 'all' });
  const declared = selected.flatMap(({ environment, addresses }) =>
    addresses.map((address) => ({ environment: environment.name, address })),
  );
  return [...remembered, ...declared];
}
