/** `doctor --boot`: whether a VM comes up with the help of the hardware. That it does not keeps nothing from working. */
import type { DriverRegistry } from '../../drivers/driver.ts';
import { select } from '../../flow/selection.ts';
import type { DesiredEnvironment, DesiredResource, EngineDeclaration } from '../../model/desired.ts';
import { failureOf, TrueupError } from '../../model/failure.ts';
import type { DoctorCheck } from '../../report/doctor.ts';
import type { CommandContext } from '../context.ts';
import { wrong } from './checks.ts';

export async function checkBoot(
  word: string,
  drivers: DriverRegistry,
  environments: readonly DesiredEnvironment[],
  { signal, note }: Pick<CommandContext, 'signal' | 'note'>,
): Promise<DoctorCheck> {
  if (environments.length === 0)
    return wrong(`boot ${word}`, 'no environment can be read here', 'run `trueup validate`, which says what is wrong');
  const { vm, engine } = machineOf(word, environments);
  const name = `boot ${vm.address}`;
  const driver = await drivers.load(engine.driver);
  if (driver?.tryAcceleration === undefined)
    return wrong(name, `engine "${engine.name}" boots nothing to see`, 'name a VM of another engine');
  try {
    const { works, summary, next } = await driver.tryAcceleration(engine, vm, { signal, progress: note });
    return { name, status: works ? 'ok' : 'warning', summary, next };
  } catch (error) {
    signal.throwIfAborted();
    const { message, next } = failureOf(error);
    return wrong(name, message, next);
  }
}

function machineOf(
  word: string,
  environments: readonly DesiredEnvironment[],
): { readonly vm: DesiredResource; readonly engine: EngineDeclaration } {
  const [selected] = select([word], environments);
  const [address] = selected?.addresses ?? [];
  const vm = address === undefined ? undefined : selected?.environment.resources.get(address);
  const engine = vm === undefined ? undefined : selected?.environment.engines[vm.engine];
  if (vm?.type === 'vm' && engine !== undefined) return { vm, engine };
  throw new TrueupError('usage', `"${word}" is no VM`, { next: 'name one: `trueup doctor --boot vm.NAME`' });
}
