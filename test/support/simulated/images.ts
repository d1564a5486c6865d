/**
 * Images of the simulated world: a registry, from which references are pulled, and the images that the engine holds under
 * the same references. A reference means whatever was pulled or tagged last; what was made from an image before stays
 * made from that very image.
 */
import type { ObjectReference } from '../../../src/drivers/scope.ts';
import { isJsonObject, type Json, type JsonObject, memberAt } from '../../../src/model/json.ts';
import type { ReadableObjects, SimulatedObject } from './objects.ts';

/** What a service gets where it says nothing itself. */
export interface ImageContents {
  readonly command: readonly string[];
  readonly environment_variables: Readonly<Record<string, string>>;
}

export class Registry {
  readonly #published = new Map<string, ImageContents | null>();

  /** What a pull gets: of what nobody published something that its reference tells; `null` where there is none. */
  contentsOf(reference: string): ImageContents | null {
    const published = this.#published.get(reference);
    return published === undefined ? contentsFor(reference) : published;
  }

  /** `null` takes it off the registry. */
  publish(reference: string, contents: ImageContents | null): void {
    this.#published.set(reference, contents);
  }
}

export function contentsFor(reference: string): ImageContents {
  return { command: ['run', `of=${reference}`], environment_variables: { MODE: 'plain', IMAGE: reference } };
}

/** The configuration of an image as the engine stores it. */
export function imageConfig(reference: string, platform: Json, contents: ImageContents): JsonObject {
  return { reference, platform, contents: { ...contents } };
}

/** What the image of a service stands for in its configuration; `null` for what is no container. */
export function imageOf(config: JsonObject): ObjectReference | null {
  const reference = memberAt(config, 'container', 'image');
  return typeof reference === 'string' ? { type: 'image', name: reference } : null;
}

/** What fields that are left out mean for what is made from an image. */
export function defaultsOf(image: Readonly<SimulatedObject>): JsonObject {
  const contents = image.config['contents'] ?? null;
  return {
    container: { command: memberAt(contents, 'command') },
    environment_variables: memberAt(contents, 'environment_variables'),
  };
}

/** A service's configuration with what its image adds: the engine stores what it runs. */
export function withDefaults(config: JsonObject, defaults: JsonObject | null): JsonObject {
  if (defaults === null) return config;
  const { container = null, environment_variables: variables = null } = config;
  const inherited = memberAt(defaults, 'environment_variables');
  return {
    ...config,
    container: isJsonObject(container)
      ? { ...container, command: container['command'] ?? memberAt(defaults, 'container', 'command') }
      : container,
    environment_variables: { ...objectOf(inherited), ...objectOf(variables) },
  };
}

function objectOf(value: Json): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The reference under which a service was made, where it still means the same image, else that image's id. */
export function shownImage(service: Readonly<SimulatedObject>, objects: ReadableObjects): Json {
  const image = imageOf(service.config);
  if (image === null || service.image_id === null) return image?.name ?? null;
  return objects.find(image)?.id === service.image_id ? image.name : service.image_id;
}
