/** How changing calls travel from one trueup process to the simulated engine: here is where faults strike. */
import { TrueupError } from '../../../src/model/failure.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Step } from '../../../src/model/plan.ts';
import type { LogEntry } from './call-log.ts';
import type { EngineCall } from './calls.ts';
import { sleep } from './clock.ts';
import { Connection } from './reads.ts';
import type { SimulatedEngine } from './engine.ts';
import { type Fault, SimulatedCrash } from './faults.ts';

export class Wire extends Connection {
  readonly #engine: SimulatedEngine;

  constructor(engine: SimulatedEngine) {
    super(engine);
    this.#engine = engine;
  }

  async send(call: EngineCall, step: Step, signal: AbortSignal): Promise<JsonObject> {
    signal.throwIfAborted();
    this.assertAnswers();
    const { log, faults } = this.#engine;
    const { id, address } = step;
    const { length: effects } = call.effects;
    const entry = log.begin({ kind: 'call', step: id, address, verb: call.name, object: call.object, effects });
    try {
      const result = await this.#carry(call, faults.take(entry), entry, signal);
      log.end(entry, 'done');
      return result;
    } catch (error) {
      log.end(entry, error instanceof SimulatedCrash ? 'crashed' : 'failed');
      throw error;
    }
  }

  async #carry(call: EngineCall, fault: Fault | null, entry: LogEntry, signal: AbortSignal): Promise<JsonObject> {
    const { clock, options } = this.#engine;
    if (fault?.kind === 'crash' && fault.moment === 'before') this.#die();
    if (fault?.kind === 'fail') throw new TrueupError(fault.code ?? 'step_failed', `${entry.verb} was refused`);
    if (fault?.kind === 'stall' && !fault.takes_effect) await aborted(signal);
    if (options.latency > 0) await sleep(clock, options.latency, signal);
    this.assertAnswers();
    const result = this.#takeEffect(call, fault);
    if (fault?.kind === 'crash' && fault.moment === 'sent') this.#die();
    if (fault?.kind === 'stall') await aborted(signal);
    if (fault?.kind === 'lose_answer') {
      throw new TrueupError('engine_unreachable', 'the connection broke before the answer came', { retryable: true });
    }
    // The answer is on its way: others may come first, and the process may die meanwhile.
    await Promise.resolve();
    this.assertAlive();
    if (fault?.kind === 'crash' && fault.moment === 'answered') this.#die();
    return result;
  }

  #takeEffect(call: EngineCall, fault: Fault | null): JsonObject {
    this.#engine.clock.tick();
    const [first, second] = call.effects;
    const result = first();
    if (second === undefined) return result;
    if (fault?.kind === 'crash' && fault.moment === 'half') this.#die();
    return { ...result, ...second() };
  }

  #die(): never {
    this.#engine.crash();
    throw new SimulatedCrash();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.throwIfAborted();
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
