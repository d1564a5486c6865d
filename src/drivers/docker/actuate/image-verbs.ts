/** Images are pulled where they are needed, as their policy says. */
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { ImageInspect } from '../api/wire.ts';
import { optionalText, textArgument } from './arguments.ts';
import type { VerbContext } from './verb.ts';

export async function pull({ images, args, context, signal }: VerbContext): Promise<JsonObject> {
  const [reference, platform] = [textArgument(args, 'reference'), optionalText(args, 'platform')];
  const policy = optionalText(args, 'policy');
  const found = policy === 'always' ? null : await images.get(reference, signal);
  if (found !== null && isOfPlatform(found, platform)) return { id: found.Id };
  if (policy === 'never') {
    const what = found === null ? 'is not on the engine' : `is on the engine for ${platformOf(found)}, not ${platform}`;
    throw new TrueupError('object_missing', `the image ${reference} ${what}, and its pull_policy is never`, {
      fields: { name: reference, platform },
      next: 'build or load it on this engine, or set another pull_policy',
    });
  }
  context.progress(`pulling ${reference}`);
  const { id, digest } = await images.pull({ reference, platform }, context);
  return { id, digest };
}

/** `linux/arm64` is any variant of it. */
function isOfPlatform(image: ImageInspect, platform: string | null): boolean {
  return platform === null || `${platformOf(image)}/`.startsWith(`${platform}/`);
}

function platformOf({ Os: os, Architecture: architecture, Variant: variant }: ImageInspect): string {
  return [os, architecture, ...(variant === undefined || variant === '' ? [] : [variant])].join('/');
}
