/** The changing face of the simulated driver: carries out steps, and reaches into services for probes. */
import type { Duplex } from 'node:stream';
import type { Actuator } from '../../../src/drivers/driver.ts';
import type { StepContext } from '../../../src/drivers/step-context.ts';
import type { ConnectTarget, ExecOptions, ExecResult } from '../../../src/drivers/reach.ts';
import type { ObjectReference } from '../../../src/drivers/scope.ts';
import { typeOf } from '../../../src/model/address.ts';
import { TrueupError } from '../../../src/model/failure.ts';
import { isJsonObject, type JsonObject, memberAt } from '../../../src/model/json.ts';
import type { Step } from '../../../src/model/plan.ts';
import { idArgument, textArgument } from './arguments.ts';
import type { LogEntry } from './call-log.ts';
import type { SimulatedEngine } from './engine.ts';
import { SimulatedCrash } from './faults.ts';
import { respondingStream } from './http-responder.ts';
import type { SimulatedObject } from './objects.ts';
import { packedText, unpackedText } from './packed-text.ts';
import { runProgram } from './programs.ts';
import { nameInUse } from './verb-context.ts';
import { EngineRefusal, type RefusalReason } from './refusal.ts';
import { Turns } from '../../../src/drivers/turns.ts';
import { isVerb, VERBS } from './verbs.ts';
import { Wire } from './wire.ts';

const DEFAULT_MAX_OUTPUT = 65_536;

export class SimulatedActuator implements Actuator {
  readonly #engine: SimulatedEngine;
  readonly #wire: Wire;
  readonly #turns = new Turns();

  constructor(engine: SimulatedEngine) {
    this.#engine = engine;
    this.#wire = new Wire(engine);
  }

  /** Steps of two changes can meet on one object. */
  run(step: Step, context: StepContext): Promise<JsonObject> {
    return this.#turns.take(step.address, () => this.#run(step, context));
  }

  async #run(step: Step, context: StepContext): Promise<JsonObject> {
    context.signal.throwIfAborted();
    this.#wire.assertAnswers();
    const name = step.verb;
    if (!isVerb(name)) throw new TrueupError('internal', `the simulated driver has no verb ${name}`);
    const { id, address, verb } = step;
    const named = { type: typeOf(address), name: textArgument(step.args, 'name') };
    const entry = this.#engine.log.begin({ kind: 'step', step: id, address, verb, object: named, effects: 0 });
    const look = (): Readonly<SimulatedObject> | null => {
      this.#wire.assertAnswers();
      return this.#find(step, named);
    };
    return this.#logged(entry, () =>
      VERBS[name]({
        engine: this.#engine,
        step,
        context,
        get object() {
          const found = look();
          return found === null ? named : { type: named.type, name: found.name };
        },
        send: (call) => this.#wire.send(call, step, context.signal),
        look,
      }),
    );
  }

  /** By its id where the step knows one, under whatever name; a neighbour may have been made anew under its name. */
  #find({ args }: Step, named: ObjectReference): SimulatedObject | null {
    const id = idArgument(args);
    const known = id === null ? null : this.#engine.objects.byId(id);
    if (known !== null || (id !== null && args['as_neighbour'] !== true)) return known;
    return this.#engine.objects.find(named);
  }

  async exec(
    object: ObjectReference,
    config: JsonObject,
    command: readonly string[],
    options: ExecOptions,
  ): Promise<ExecResult> {
    const { signal, vault, interactive = false, maxOutput = DEFAULT_MAX_OUTPUT, environment = {} } = options;
    signal.throwIfAborted();
    const found = this.#running(object);
    const entry = this.#probeEntry(object, found, 'exec', command.join(' '));
    return this.#logged(entry, async () => {
      const probe = (): boolean => this.#engine.lives.probe(found);
      const variables = { ...memberGroup(config, 'environment_variables'), ...environment };
      const own = { ...config, environment_variables: variables };
      const result = await runProgram(command, { config: own, vault, signal, probe });
      this.#wire.assertAlive();
      return { exit_code: result.exit_code, output: interactive ? '' : result.output.slice(-maxOutput) };
    });
  }

  async connect(object: ObjectReference, target: ConnectTarget, signal: AbortSignal): Promise<Duplex> {
    signal.throwIfAborted();
    const found = this.#running(object);
    const where = 'port' in target ? `port ${target.port}` : target.path;
    const entry = this.#probeEntry(object, found, 'connect', where);
    return this.#logged(entry, async () => {
      const listens = 'port' in target && this.#listensOn(found).includes(target.port);
      if (!listens) throw new TrueupError('not_running', `nobody listens on ${where} of ${object.name}`);
      return respondingStream(() => this.#engine.lives.probe(found));
    });
  }

  async *readVolume(name: string, { signal }: StepContext): AsyncGenerator<Uint8Array, void> {
    signal.throwIfAborted();
    const found = this.#volume(name);
    yield* packedText(found.data);
    // An engine may be gone in the middle of what it says.
    this.#wire.assertAnswers();
  }

  async writeVolume(name: string, archive: AsyncIterable<Uint8Array>, { signal, owners }: StepContext): Promise<void> {
    signal.throwIfAborted();
    const found = this.#volume(name);
    if (!owners.includes(found.ownership?.owner ?? '')) throw nameInUse(found);
    found.data = await unpackedText(archive);
  }

  #volume(name: string): SimulatedObject {
    this.#wire.assertAnswers();
    const found = this.#engine.objects.find({ type: 'volume', name });
    if (found === null) throw new TrueupError('object_missing', `volume ${name} is gone`);
    const writers = this.#engine.objects
      .all('service')
      .filter(({ mounts, life }) => mounts.includes(name) && life?.state === 'running');
    if (writers.length === 0) return found;
    const names = writers.map((writer) => writer.name).join(', ');
    throw new TrueupError('object_in_use', `${names} uses the volume ${name} right now`);
  }

  async close(): Promise<void> {
    // Nothing is held open: started resources stay as they are.
  }

  async #logged<T>(entry: LogEntry, act: () => Promise<T>): Promise<T> {
    try {
      const result = await act();
      this.#engine.log.end(entry, 'done');
      return result;
    } catch (error) {
      this.#engine.log.end(entry, error instanceof SimulatedCrash ? 'crashed' : 'failed');
      throw error instanceof EngineRefusal ? failureOfRefusal(error) : error;
    }
  }

  #probeEntry(object: ObjectReference, found: SimulatedObject, verb: string, what: string): LogEntry {
    const address = found.ownership?.address ?? null;
    return this.#engine.log.begin({ kind: 'probe', step: what, address, verb, object, effects: 0 });
  }

  #running(object: ObjectReference): SimulatedObject {
    this.#wire.assertAnswers();
    const found = this.#engine.objects.find(object);
    if (found?.life?.state === 'running') return found;
    throw new TrueupError('not_running', `${object.type} ${object.name} is not running`);
  }

  /** Its published ports as seen from either side, and those that its behaviour names. */
  #listensOn(found: SimulatedObject): readonly unknown[] {
    const ports = memberAt(found.config, 'networking', 'ports');
    const declared = Object.values(isJsonObject(ports) ? ports : {}).flatMap((port) => [
      memberAt(port, 'host_port'),
      memberAt(port, 'container_port'),
    ]);
    return [...declared, ...this.#engine.behaviourOf(found).listens];
  }
}

function memberGroup(config: JsonObject, name: string): JsonObject {
  const found = memberAt(config, name);
  return isJsonObject(found) ? found : {};
}

const CODES = {
  not_found: 'object_missing',
  name_taken: 'name_in_use',
  port_taken: 'port_in_use',
  in_use: 'step_failed',
  wrong_state: 'step_failed',
} as const satisfies Record<RefusalReason, string>;

function failureOfRefusal(refusal: EngineRefusal): TrueupError {
  return new TrueupError(CODES[refusal.reason], refusal.message, { cause: refusal, fields: refusal.fields });
}
