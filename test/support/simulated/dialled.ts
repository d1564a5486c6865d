/**
 * A simulated engine that is reached as one inside of a VM is: it is there as long as somebody answers at its place in the VM, and
 * asked anew before each call. Its world outlives the VM as a disk would.
 */
import type { Actuator, Observer } from '../../../src/drivers/driver.ts';
import type { ConnectTarget, Dial } from '../../../src/drivers/reach.ts';
import type { EngineDeclaration } from '../../../src/model/desired.ts';
import { TrueupError } from '../../../src/model/failure.ts';

const PORT = 8080;

/** The same observer, for whom nobody answers where nobody does in the VM. */
export function dialledObserver(observer: Observer, engine: EngineDeclaration, dial: Dial): Observer {
  const observe = observer.observe.bind(observer);
  return Object.assign(observer, {
    async observe(...[scope, signal]: Parameters<Observer['observe']>) {
      const why = await whySilent(dial, targetOf(engine), signal);
      if (why === null) return observe(scope, signal);
      return { status: 'unreachable', engine: engine.name, error: why, provided_by: null } as const;
    },
  });
}

export function dialledActuator(actuator: Actuator, engine: EngineDeclaration, dial: Dial): Actuator {
  const run = actuator.run.bind(actuator);
  return Object.assign(actuator, {
    async run(...[step, context]: Parameters<Actuator['run']>) {
      const why = await whySilent(dial, targetOf(engine), context.signal);
      if (why !== null) throw new TrueupError('engine_unreachable', why);
      return run(step, context);
    },
  });
}

function targetOf({ settings: { port, socket } }: EngineDeclaration): ConnectTarget {
  if (typeof socket === 'string') return { path: socket };
  return { port: typeof port === 'number' ? port : PORT };
}

/** Whatever is said in the VM to a request is an answer; silence, or a stream that ends at once, is none. */
async function whySilent(dial: Dial, target: ConnectTarget, signal: AbortSignal): Promise<string | null> {
  try {
    const stream = await dial(target, signal);
    try {
      stream.write('GET / HTTP/1.0\r\n\r\n');
      for await (const _said of stream) return null;
      return 'the stream ends at once';
    } finally {
      stream.destroy();
    }
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}
