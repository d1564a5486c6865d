/** The images of one run: each is looked for once, and pulled once however many steps ask for it. */
import type { EngineWriter } from '../api/engine-api.ts';
import type { ImageInspect } from '../api/wire.ts';
import { type PullContext, type PulledImage, pullImage, type WantedImage } from './pull.ts';

export class Images {
  readonly #api: EngineWriter;
  readonly #found = new Map<string, ImageInspect>();
  readonly #pulls = new Map<string, Promise<PulledImage>>();

  constructor(api: EngineWriter) {
    this.#api = api;
  }

  /** `null` when it is not there. */
  async get(reference: string, signal: AbortSignal): Promise<ImageInspect | null> {
    const known = this.#found.get(reference);
    if (known !== undefined) return known;
    const found = await this.#api.image(reference, signal);
    if (found !== null) this.#found.set(reference, found);
    return found;
  }

  /** A pull that failed is begun anew by the next who asks. */
  async pull(wanted: WantedImage, context: PullContext): Promise<PulledImage> {
    const key = `${wanted.reference} ${wanted.platform ?? ''}`;
    const known = this.#pulls.get(key);
    if (known !== undefined) return known;
    const pulling = pullImage(this.#api, wanted, context);
    this.#pulls.set(key, pulling);
    try {
      return await pulling;
    } catch (error) {
      this.#pulls.delete(key);
      throw error;
    } finally {
      this.#found.delete(wanted.reference);
    }
  }
}
