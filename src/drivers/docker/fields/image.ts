/** The image that a container is made from, by reference, and for which platform. */
import { fieldPath } from '../../../model/field-path.ts';
import type { Json } from '../../../model/json.ts';
import type { FindObject } from '../../driver.ts';
import { canonicalReference, parseImageReference } from '../registry/image-reference.ts';
import type { FieldGroup } from './group.ts';
import { textAt } from './parts.ts';
import { platformOf, samePlatform } from './platform.ts';

const IMAGE = ['container', 'image'] as const;
const PLATFORM = ['container', 'platform'] as const;

export const image: FieldGroup = {
  fields: [IMAGE, PLATFORM],

  /** The platform goes beside the body: it is a parameter of the request. */
  request(config) {
    const reference = textAt(config, ...IMAGE);
    return reference === null ? {} : { config: { Image: reference } };
  },

  /** A reference that has moved on names another image by now, so the id stands for what the container is made from. */
  read(inspect, { image: found, imageResolves }) {
    const reference = imageResolves ? inspect.Config.Image : undefined;
    const platform = found === null ? null : platformOf(found);
    return {
      configured: { container: { image: reference ?? inspect.Image, platform } },
      defaults: { container: { platform } },
      // Whatever the image is made for counts, and another machine would choose another one.
      assumed: [fieldPath(...PLATFORM)],
    };
  },

  equal({ names, desired, observed, find }) {
    if (typeof desired !== 'string' || typeof observed !== 'string') return false;
    if (names[1] === 'platform') return samePlatform(desired, observed);
    // Podman writes every reference out.
    if (spelledOut(desired) === spelledOut(observed)) return true;
    const id = imageId(desired, find);
    return id !== null && id === imageId(observed, find);
  },
};

function spelledOut(reference: string): string {
  const parsed = parseImageReference(reference);
  return parsed === null ? reference : canonicalReference(parsed);
}

/** What a reference means on the engine; `null` where it has no such image. */
function imageId(reference: Json, find: FindObject): string | null {
  if (typeof reference !== 'string') return null;
  const found = find({ type: 'image', name: reference });
  if (found !== null) return found.id.toLowerCase();
  const id = reference.toLowerCase();
  return /^sha256:[0-9a-f]{64}$/.test(id) ? id : null;
}
