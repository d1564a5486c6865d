/** The images that a look needs, each asked for once. An image by id never changes; what a reference means does. */
import type { EngineReader } from '../api/engine-api.ts';
import type { ContainerInspect, ImageInspect } from '../api/wire.ts';
import { mapLimited } from './limited.ts';

const AT_ONCE = 10;

export interface ImageOf {
  /** What the container was created from; `null` where the engine no longer has it. */
  readonly image: ImageInspect | null;
  /** Whether the reference that it was created with still means that image. */
  readonly resolves: boolean;
}

/** Kept for the life of an observer. */
export class Images {
  readonly #reader: EngineReader;
  readonly #byId = new Map<string, ImageInspect>();
  /** What references meant when they were last asked for. */
  readonly #byReference = new Map<string, ImageInspect | null>();

  constructor(reader: EngineReader) {
    this.#reader = reader;
  }

  /** Asks the engine what these references mean now. */
  async resolve(references: readonly string[], signal: AbortSignal): Promise<void> {
    await mapLimited([...new Set(references)], AT_ONCE, async (reference) => {
      const image = await this.#reader.image(reference, signal);
      this.#byReference.set(reference, image);
      if (image !== null) this.#byId.set(image.Id, image);
    });
  }

  /** Asks for the images of these containers as far as they are not known by id. */
  async know(containers: readonly ContainerInspect[], signal: AbortSignal): Promise<void> {
    const unknown = new Set(containers.map(({ Image: id }) => id).filter((id) => id !== '' && !this.#byId.has(id)));
    await mapLimited([...unknown], AT_ONCE, async (id) => {
      const image = await this.#reader.image(id, signal);
      // Under the id that the container says, whatever the engine calls it now.
      if (image !== null) this.#byId.set(id, image);
    });
  }

  /** As it was when it was last resolved; `null` where the engine had none. */
  named(reference: string): ImageInspect | null {
    return this.#byReference.get(reference) ?? null;
  }

  of({
    Image: id,
    Config: { Image: reference = '' },
  }: Pick<ContainerInspect, 'Image'> & { readonly Config: Pick<ContainerInspect['Config'], 'Image'> }): ImageOf {
    return { image: this.#byId.get(id) ?? null, resolves: this.named(reference)?.Id === id };
  }
}
