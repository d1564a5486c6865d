/**
 * Reaches into services for probes: one connection to each engine of an environment, opened at the first probe and kept.
 * What a name stands for may change with the manifests; then it is opened anew.
 */
import type { Actuator } from '../../drivers/driver.ts';
import type { EngineDeclaration } from '../../model/desired.ts';
import { TrueupError } from '../../model/failure.ts';
import type { ProbeResult } from '../../model/run.ts';
import { probeOnce } from '../../reconcile/gates/probes.ts';
import type { ProbeTarget } from './probe-targets.ts';

interface Connection {
  /** As it was declared when this was seen to be it. */
  declared: EngineDeclaration;
  readonly identity: string;
  readonly actuator: Promise<Actuator>;
}

export class EngineProbes implements AsyncDisposable {
  readonly #connections = new Map<string, Connection>();

  /** One round. Rejects where the engine cannot be reached at all, which says nothing about the service. */
  async probe(target: ProbeTarget, signal: AbortSignal): Promise<readonly ProbeResult[]> {
    const { resource, check, workspace } = target;
    const connected = await this.#actuator(target);
    signal.throwIfAborted();
    const actuator = (): Promise<Actuator> => Promise.resolve(connected);
    // Only services are probed here.
    const rungs = (): Promise<readonly []> => Promise.resolve([]);
    const object = { type: resource.type, name: resource.name };
    const { results } = await probeOnce(
      check,
      { rungs, actuator, object, config: resource.config, vault: workspace.vault },
      signal,
    );
    return results;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const connections = [...this.#connections.values()];
    this.#connections.clear();
    await Promise.all(connections.map(close));
  }

  async #actuator({ engine, workspace }: ProbeTarget): Promise<Actuator> {
    const last = this.#connections.get(engine.name);
    if (last?.declared === engine) return last.actuator;
    const driver = await workspace.drivers.load(engine.driver);
    if (driver === null) throw new TrueupError('internal', `there is no driver ${engine.driver}`);
    const identity = driver.identity(engine);
    const known = this.#connections.get(engine.name);
    if (known?.identity === identity) {
      known.declared = engine;
      return known.actuator;
    }
    const made: Connection = { declared: engine, identity, actuator: driver.actuator(engine) };
    this.#connections.set(engine.name, made);
    if (known !== undefined) await close(known);
    try {
      return await made.actuator;
    } catch (error) {
      // The next probe tries anew.
      if (this.#connections.get(engine.name) === made) this.#connections.delete(engine.name);
      throw error;
    }
  }
}

/** What could not be opened needs no closing. */
async function close({ actuator }: Connection): Promise<void> {
  const opened = await actuator.catch(() => null);
  await opened?.close();
}
