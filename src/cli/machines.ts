/** The one VM that a word of the command line means; a key alone is enough, whatever else has the same one. */
import type { NamedMachine } from '../flow/machines/reach.ts';
import type { Workspace } from '../flow/workspace.ts';
import { isAddress } from '../model/address.ts';
import { TrueupError } from '../model/failure.ts';
import type { CommandContext } from './context.ts';
import type { InputOptions } from './options.ts';
import { loadSelected } from './selecting.ts';

export async function namedMachine(
  context: CommandContext,
  workspace: Workspace,
  word: string,
  inputs: InputOptions,
): Promise<NamedMachine> {
  const [first, ...more] = await namedMachines(context, workspace, [vmWord(word)], inputs);
  if (first !== undefined && more.length === 0) return first;
  throw new TrueupError('usage', `"${word}" is an environment, and one VM is meant`, { next: DECLARE });
}

/** All that are meant; without a word all that are declared. */
export async function namedMachines(
  context: CommandContext,
  workspace: Workspace,
  words: readonly string[],
  inputs: InputOptions,
): Promise<readonly NamedMachine[]> {
  const selected = await loadSelected(context, workspace, words, inputs, { secrets: 'leave', without: 'all' });
  const found = selected.flatMap(({ environment, addresses }) =>
    [...environment.resources.values()]
      .filter(({ address, type }) => (addresses.length === 0 ? type === 'vm' : addresses.includes(address)))
      .map((resource) => ({ environment, resource })),
  );
  const other = found.find(({ resource }) => resource.type !== 'vm');
  if (other === undefined) return found;
  throw new TrueupError('usage', `${other.environment.name}/${other.resource.address} is no VM`, { next: DECLARE });
}

const DECLARE = 'VMs are declared under `vms:`; `trueup show` prints what is declared';

/** `builder` and `local/builder` are `vm.builder` and `local/vm.builder`. */
export function vmWord(word: string): string {
  const slash = word.lastIndexOf('/');
  const [place, name] = [word.slice(0, slash + 1), word.slice(slash + 1)];
  return isAddress(name) || name === '' ? word : `${place}vm.${name}`;
}
