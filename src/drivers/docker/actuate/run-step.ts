/** Carries out single steps against one engine, one at a time for each resource that they reach into. */
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { Step } from '../../../model/plan.ts';
import type { StepContext } from '../../driver.ts';
import type { EngineWriter } from '../api/engine-api.ts';
import type { ContentNotes } from '../content-notes.ts';
import { isVerb } from '../steps/verbs.ts';
import { Images } from './images.ts';
import { sendCall } from './sending.ts';
import { Turns } from './turns.ts';
import { HANDLERS } from './verbs.ts';

export class StepRunner {
  readonly #api: EngineWriter;
  readonly #notes: ContentNotes;
  readonly #images: Images;
  readonly #turns = new Turns();

  constructor(api: EngineWriter, notes: ContentNotes) {
    this.#api = api;
    this.#notes = notes;
    this.#images = new Images(api);
  }

  run(step: Step, context: StepContext): Promise<JsonObject> {
    return this.#turns.take(step.address, () => this.#run(step, context));
  }

  async #run(step: Step, context: StepContext): Promise<JsonObject> {
    const { signal } = context;
    signal.throwIfAborted();
    const { verb, args } = step;
    if (!isVerb(verb)) throw new TrueupError('internal', `the docker driver has no verb ${verb}`);
    try {
      return await HANDLERS[verb]({
        api: this.#api,
        notes: this.#notes,
        images: this.#images,
        step,
        args,
        context,
        signal,
        send: (call, tookEffect) => sendCall(signal, call, tookEffect),
      });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }
}
