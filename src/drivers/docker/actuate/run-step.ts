/** Carries out single steps against one engine, one at a time for each resource that they reach into. */
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { Step } from '../../../model/plan.ts';
import type { StepContext } from '../../step-context.ts';
import type { EngineWriter } from '../api/engine-api.ts';
import type { ContentNotes } from '../content-notes.ts';
import { isVerb } from '../steps/verbs.ts';
import { optionalText } from './arguments.ts';
import { claimingApi } from './claiming-api.ts';
import { Images } from './images.ts';
import { sendCall } from './sending.ts';
import { Turns } from '../../turns.ts';
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
        api: claimingApi(this.#api, context),
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
      throw readable(error, args);
    }
  }
}

/** The container that a step is for is asked for by its id, and known to people by its name. */
function readable(error: unknown, args: JsonObject): unknown {
  if (!(error instanceof TrueupError)) return error;
  const name = optionalText(args, 'name');
  const message = error.message
    .replaceAll(/the container [0-9a-f]{64}/g, (named) => (name === null ? named : `the container ${name}`))
    .replaceAll(/(?<!sha256:)\b[0-9a-f]{64}\b/g, (id) => id.slice(0, 12));
  if (message === error.message) return error;
  const { code, retryable, fields, next } = error;
  return new TrueupError(code, message, { cause: error, retryable, fields, ...(next === null ? {} : { next }) });
}
