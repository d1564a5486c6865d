/** `trueup rollback vm.X --to VERSION`: one VM, with its disks, as an earlier commit declares it. All else stays as it is. */
import { loadAtRevision } from '../flow/at-revision.ts';
import { versionTarget } from '../flow/vm-version-target.ts';
import type { Workspace } from '../flow/workspace.ts';
import { describeCommit } from '../git/revisions.ts';
import { type Address, parseQualifiedAddress, typeOf } from '../model/address.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { TrueupError } from '../model/failure.ts';
import { commitText } from '../report/bisect-text.ts';
import { readVmConfigurations } from '../state/vm-configurations.ts';
import { change, type Changed, type ChangeRequest } from './changing.ts';
import type { CommandContext } from './context.ts';
import { vmWord } from './machines.ts';
import type { InputOptions } from './options.ts';
import { planOptions } from './planning.ts';
import { knownEnvironments, noteLoaded, onlyEnvironment } from './revisions.ts';
import { loadOptions } from './selecting.ts';
import { warnOfProblem } from './warnings.ts';

export interface VmRollback {
  readonly words: readonly string[];
  readonly version: number;
  readonly inputs: InputOptions;
  /** `null` where nobody can be asked: what would be refused anyway is said all the same. */
  readonly asking: Pick<ChangeRequest, 'autoApprove' | 'parallel' | 'lockTimeoutMs'> | null;
}

/** `null` where nothing was asked and nothing done. */
export async function rollBackVm(
  context: CommandContext,
  workspace: Workspace,
  { words, version, inputs, asking }: VmRollback,
): Promise<Changed | null> {
  const named = await vmNamed(context, workspace, words, inputs);
  const { versions, problem } = await readVmConfigurations(workspace.state, named.environment);
  warnOfProblem(context, problem);
  const commit = versionTarget(named, version, versions);
  const options = loadOptions(inputs, 'resolve');
  const loaded = await loadAtRevision(workspace, named.environment, commit, options, context.signal);
  const targets = withDisks(named.address, loaded.environment);
  if (asking === null) return null;
  const name = `${named.environment}/${named.address}`;
  const described = await describeCommit(workspace.repository.root, commit, context.signal);
  context.note(`Going back to version ${version} of ${name}, as ${commitText(described)} declares it.`);
  await noteLoaded(context, loaded);
  context.note('Data is not rolled back: disks keep what is in them.');
  return change(context, workspace, {
    ...asking,
    command: 'trueup rollback',
    environment: loaded.environment,
    options: planOptions({ targets }),
    question: `Roll ${name} back to version ${version}?`,
    addition: { rollback_to: { commit, run: null }, unpinned: loaded.unpinned },
  });
}

async function vmNamed(
  context: CommandContext,
  workspace: Workspace,
  [word = '', ...more]: readonly string[],
  inputs: InputOptions,
): Promise<{ readonly environment: string; readonly address: Address }> {
  const known = await knownEnvironments(context, workspace, inputs);
  // An environment is no VM, whatever its VMs are called.
  const text = known.includes(word) ? '' : vmWord(word);
  const next = 'name one VM: `trueup rollback ENVIRONMENT/vm.NAME --to VERSION`';
  const qualified = text.includes('/') ? text : `${onlyEnvironment(known, next)}/${text}`;
  const { environment = null, address = null } = parseQualifiedAddress(qualified) ?? {};
  if (more.length === 0 && environment !== null && address !== null && typeOf(address) === 'vm') {
    return { environment, address };
  }
  throw new TrueupError('usage', '--to goes back to a version of one VM', { next });
}

/** A VM that the commit does not declare is no target: nothing is removed by going back. */
function withDisks(address: Address, { name, resources }: DesiredEnvironment): ReadonlySet<Address> {
  const vm = resources.get(address);
  if (vm === undefined) {
    throw new TrueupError('nothing_to_go_back_to', `that commit declares no ${address} in ${name}`, {
      fields: { address },
      next: `name another version that \`trueup history ${name}/${address}\` lists`,
    });
  }
  return new Set([address, ...vm.uses.filter((used) => typeOf(used) === 'volume')]);
}
