/**
 * What an engine inside of a VM says, with what is known of the VM: one that does not exist yet has no engine, one that does not
 * run has one that cannot answer. Only behind a VM that runs the engine itself is asked.
 */
import type { Observer } from '../drivers/driver.ts';
import type { EngineDeclaration, EngineInside } from '../model/desired.ts';
import { TrueupError } from '../model/failure.ts';
import type { Observation } from '../model/observed.ts';
import { isOurs } from '../model/ownership.ts';

export interface ProviderLook {
  /** What whatever runs the VM has said; absent where nobody could ask. */
  readonly answer: Observation | undefined;
  readonly observer: Observer | undefined;
  /** All ids are ours. */
  readonly owners: readonly string[];
  /** Asks the engine itself. */
  ask(): Promise<Observation>;
}

/** Of an engine that is in no VM what it says itself. */
export async function throughProvider(
  declaration: EngineDeclaration,
  look: ProviderLook,
  signal: AbortSignal,
): Promise<Observation> {
  const { inside, name } = declaration;
  if (inside === undefined) return look.ask();
  const { provider } = inside;
  if (isMissing(inside, look.answer)) return { status: 'absent', engine: name, provided_by: provider };
  const why = whySilent(inside, look);
  if (why !== null) return { status: 'unreachable', engine: name, error: why, provided_by: provider };
  const observation = await look.ask();
  if (observation.status !== 'unreachable') return observation;
  // Nothing is wrong yet with what does not answer while its VM still boots.
  const unmet = await unmetRung(inside, look.observer, signal);
  if (unmet === null) return { ...observation, provided_by: provider };
  const error = `${provider}, which it is in, is not ready yet: ${unmet}`;
  return { ...observation, error, provided_by: provider, awaited: true };
}

function isMissing({ name }: EngineInside, answer: Observation | undefined): boolean {
  if (answer?.status === 'known') return !answer.objects.some((object) => object.type === 'vm' && object.name === name);
  return answer?.status === 'absent';
}

/** `null` where the VM runs. */
function whySilent({ provider, name }: EngineInside, { answer, owners }: ProviderLook): string | null {
  if (answer?.status !== 'known') {
    const why = answer?.status === 'unreachable' ? `: ${answer.error}` : '';
    return `it is in ${provider}, and what runs that does not answer${why}`;
  }
  const vm = answer.objects.find((object) => object.type === 'vm' && object.name === name);
  if (vm === undefined || !isOurs(vm, owners)) return `${provider}, which it is in, is somebody else's`;
  const { run_state: state } = vm.status;
  return state === 'running' ? null : `${provider}, which it is in, is ${state ?? 'not running'}`;
}

async function unmetRung(
  { name, config }: EngineInside,
  observer: Observer | undefined,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const rungs = (await observer?.readiness?.({ type: 'vm', name }, config, signal)) ?? [];
    const unmet = rungs.find(({ met }) => !met);
    return unmet === undefined ? null : (unmet.reason ?? unmet.name);
  } catch (error) {
    // What cannot be asked tells nothing of the engine inside, and is no reason to look at none.
    if (!(error instanceof TrueupError)) throw error;
    return error.message;
  }
}
