/**
 * Which engines were away while a run was under way. An engine that ends takes what runs on it along, and fails what it was
 * asked to do: none of that says anything about what is declared, and all of it may succeed when it is tried again.
 */
import type { Observer } from '../../drivers/driver.ts';
import type { ObjectReference, Scope } from '../../drivers/scope.ts';
import { TrueupError } from '../../model/failure.ts';
import { GateError } from './gate-error.ts';

interface Asked {
  readonly engine: string;
  readonly object: ObjectReference;
  readonly connection: { readonly observer: Observer; readonly scope: Scope } | undefined;
}

const LOOK_MS = 5000;

export class EnginesAway {
  readonly #away = new Set<string>();

  /** It did not answer, or was lost and is back. */
  add(engine: string): void {
    this.#away.add(engine);
  }

  /** The failure itself, or that of the engine where that was away: for a gate at any time since, for a call right after it. */
  async blamed(error: unknown, { engine, object, connection }: Asked, signal: AbortSignal): Promise<unknown> {
    if (signal.aborted || !(error instanceof TrueupError) || !isJudged(error)) return error;
    if (!(error instanceof GateError && this.#away.has(engine)) && !(await isAway(object, connection))) return error;
    return new TrueupError('engine_unreachable', `engine "${engine}" was away meanwhile: ${error.message}`, {
      cause: error,
      retryable: true,
      fields: error.fields,
      next: 'see how the engine is (`trueup doctor`), and apply again: what was done is not done twice',
    });
  }
}

/** Whether it says that something is wrong with what was to be done. */
function isJudged({ code }: TrueupError): boolean {
  return code !== 'engine_unreachable' && code !== 'state_unwritable' && code !== 'interrupted' && code !== 'internal';
}

async function isAway(object: ObjectReference, connection: Asked['connection']): Promise<boolean> {
  if (connection === undefined) return false;
  const { observer, scope } = connection;
  const limit = AbortSignal.timeout(LOOK_MS);
  try {
    return (await observer.observe({ ...scope, only: [object] }, limit)).status === 'unreachable';
  } catch {
    return limit.aborted;
  }
}
