/**
 * Whom it concerns that a name of an image means another one, or none: the images that a scope names, and its containers that
 * were made from such a name. Engines speak of an image by a name or by its id alone, as it happened.
 */
import type { EventMessage } from '../api/wire.ts';
import { canonicalReference, parseImageReference } from '../registry/image-reference.ts';

/** Of a container of the scope. */
export interface ImageUser {
  readonly name: string;
  /** What it was made from, as far as it is said: an engine lists an id where the name means something else by now. */
  readonly image: string | undefined;
  readonly imageId: string | undefined;
}

export interface ConcernedByImage {
  /** References, as the scope has them. */
  readonly images: readonly string[];
  /** Names of containers. */
  readonly services: readonly string[];
}

/** Podman has words of its own for some. */
export const IMAGE_ACTIONS: readonly string[] = ['tag', 'untag', 'pull', 'load', 'loadfromarchive', 'delete', 'remove'];

interface User {
  readonly name: string;
  /** `null` where nobody knows. */
  readonly reference: string | null;
  readonly imageId: string | null;
}

export class ImageUsers {
  /** The scope's references by what they mean. */
  readonly #wanted = new Map<string, string[]>();
  readonly #users = new Map<string, User>();
  /** What was told last of the names that are wanted. */
  readonly #ids = new Map<string, string>();

  constructor(references: readonly string[]) {
    for (const reference of references) {
      const canonical = canonicalOf(reference);
      if (canonical !== null) this.#wanted.set(canonical, [...(this.#wanted.get(canonical) ?? []), reference]);
    }
  }

  met(id: string, { name, image, imageId }: ImageUser): void {
    const before = this.#users.get(id);
    this.#users.set(id, {
      name,
      reference: (image === undefined ? null : canonicalOf(image)) ?? before?.reference ?? null,
      imageId: imageId ?? before?.imageId ?? null,
    });
  }

  gone(id: string): void {
    this.#users.delete(id);
  }

  concernedBy(message: EventMessage): ConcernedByImage {
    const meant = new Set(this.#meantBy(message));
    const images = [...meant].flatMap((canonical) => this.#wanted.get(canonical) ?? []);
    const users = [...this.#users.values()].filter(({ reference }) => reference === null || meant.has(reference));
    return { images, services: images.length === 0 ? [] : users.map(({ name }) => name) };
  }

  /** Those of the wanted names of which it may speak. */
  #meantBy({ Action: action, Actor: { ID: id, Attributes: attributes } }: EventMessage): readonly string[] {
    // An archive may have brought any name.
    if (action.startsWith('load')) return [...this.#wanted.keys()];
    const named = [...(action === 'pull' ? [id] : []), attributes?.['name'] ?? ''].map(canonicalOf);
    const name = named.find((one) => one !== null) ?? null;
    if (name !== null) {
      if (!this.#wanted.has(name)) return [];
      if (action === 'tag') this.#ids.set(name, id);
      return [name];
    }
    const told = [...this.#ids].filter(([, known]) => known === id).map(([known]) => known);
    const used = [...this.#users.values()].flatMap(({ reference, imageId }) => {
      return imageId === id && reference !== null && this.#wanted.has(reference) ? [reference] : [];
    });
    return [...told, ...used];
  }
}

/** `null` for an id, which means what it means for ever, and for what is no reference. */
function canonicalOf(text: string): string | null {
  if (/^(?:sha256:)?[0-9a-f]{12,64}$/.test(text)) return null;
  const reference = parseImageReference(text);
  return reference === null || reference.kind === 'id' ? null : canonicalReference(reference);
}
