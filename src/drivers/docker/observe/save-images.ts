/** Images for somebody else to load, such as the nodes of a cluster. Nothing is begun where one of them is missing. */
import { TrueupError } from '../../../model/failure.ts';
import type { SavedImages } from '../../saved-images.ts';
import type { EngineReader } from '../api/engine-api.ts';
import { mapLimited } from './limited.ts';

const AT_ONCE = 10;

export async function saveImages(
  reader: EngineReader,
  references: readonly string[],
  signal: AbortSignal,
): Promise<SavedImages> {
  const found = new Map<string, number | null>();
  await mapLimited(references, AT_ONCE, async (reference) => {
    const image = await reader.image(reference, signal);
    if (image !== null) found.set(reference, image.Size ?? null);
  });
  const missing = references.filter((reference) => !found.has(reference));
  if (missing.length > 0) {
    const what = missing.length === 1 ? 'image' : 'images';
    throw new TrueupError('object_missing', `the engine at ${reader.endpoint} has no ${what} ${missing.join(', ')}`, {
      fields: { images: [...missing] },
      next: 'get it with `trueup pull`, build it, or correct the reference',
    });
  }
  const sizes = [...found.values()];
  const bytes = sizes.reduce<number | null>((sum, size) => (sum === null || size === null ? null : sum + size), 0);
  return { bytes, archive: await reader.saveImages(references, signal) };
}
