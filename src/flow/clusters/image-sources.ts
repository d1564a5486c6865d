/** Which images the words of `load` mean, and which engine has them. Pure. */
import type { DriverModel } from '../../drivers/driver.ts';
import { isAddress } from '../../model/address.ts';
import type { DesiredEnvironment, DesiredResource } from '../../model/desired.ts';
import { TrueupError } from '../../model/failure.ts';
import { nearest } from '../../model/nearest.ts';

export interface ImageSource {
  /** The name of the engine. */
  readonly engine: string;
  /** As that engine knows them; each once, in the order of the words. */
  readonly references: readonly string[];
}

/**
 * A word is an image as an engine knows it, or the address of a service, whose image it then means, or of an image. `engine` is
 * where people said that they are; else they are where services of the environment have them.
 */
export function imageSources(
  environment: DesiredEnvironment,
  words: readonly string[],
  models: ReadonlyMap<string, DriverModel>,
  engine: string | null,
): readonly ImageSource[] {
  if (engine !== null) assertHasImages(environment, engine, models);
  const images = words.map((word) => meantBy(word, environment));
  const usual = engine ?? usualEngine(environment, images, models);
  const placed = images.map(({ reference, places }) => ({
    reference,
    engine: engine ?? (places.length === 1 ? (places[0] ?? usual) : usual),
  }));
  return [...Map.groupBy(placed, (image) => image.engine)].map(([name, group]) => ({
    engine: name,
    references: [...new Set(group.map(({ reference }) => reference))],
  }));
}

interface MeantImage {
  readonly reference: string;
  /** The engines on which services have it. */
  readonly places: readonly string[];
}

function meantBy(word: string, environment: DesiredEnvironment): MeantImage {
  const prefix = `${environment.name}/`;
  const plain = word.startsWith(prefix) && isAddress(word.slice(prefix.length)) ? word.slice(prefix.length) : word;
  if (!isAddress(plain)) return { reference: word, places: placesOf(word, environment) };
  const resource = environment.resources.get(plain);
  const image = resource === undefined ? undefined : imageOf(resource, environment);
  if (image !== undefined) return { reference: image.name, places: [image.engine] };
  const known = [...environment.resources.values()].filter((each) => imageOf(each, environment) !== undefined);
  const suggestion = nearest(
    plain,
    known.map(({ address }) => address),
  );
  const what = resource === undefined ? `${environment.name} has no ${plain}` : `${plain} has no image`;
  throw new TrueupError('usage', what, {
    next:
      suggestion === null
        ? 'name an image as its engine knows it, or a service that has one'
        : `did you mean "${suggestion}"?`,
  });
}

function imageOf(resource: DesiredResource, { resources }: DesiredEnvironment): DesiredResource | undefined {
  if (resource.type === 'image') return resource;
  return resource.uses.map((address) => resources.get(address)).find((used) => used?.type === 'image');
}

function placesOf(reference: string, { resources }: DesiredEnvironment): readonly string[] {
  const found = [...resources.values()].filter(({ type, name }) => type === 'image' && name === reference);
  return [...new Set(found.map(({ engine }) => engine))];
}

/** Where images are of which no service says where they are. */
function usualEngine(
  { name, resources }: DesiredEnvironment,
  images: readonly MeantImage[],
  models: ReadonlyMap<string, DriverModel>,
): string {
  if (images.every(({ places }) => places.length === 1)) return images[0]?.places[0] ?? '';
  const used = [...resources.values()].filter(({ type }) => type === 'image').map(({ engine }) => engine);
  const able = [...models].filter(([, { resourceTypes }]) => resourceTypes.includes('image')).map(([engine]) => engine);
  const candidates = [...new Set(used.length > 0 ? used : able)].toSorted();
  const [only] = candidates;
  if (candidates.length === 1 && only !== undefined) return only;
  const what = candidates.length === 0 ? 'has no engine with images' : 'has more than one engine with images';
  const choices = candidates.length === 0 ? '' : `: one of ${candidates.join(', ')}`;
  throw new TrueupError('usage', `${name} ${what}`, { next: `say where they are with --engine NAME${choices}` });
}

function assertHasImages(
  environment: DesiredEnvironment,
  engine: string,
  models: ReadonlyMap<string, DriverModel>,
): void {
  if (models.get(engine)?.resourceTypes.includes('image') === true) return;
  const able = [...models].filter(([, { resourceTypes }]) => resourceTypes.includes('image')).map(([name]) => name);
  const what = environment.engines[engine] === undefined ? 'has no engine' : 'has no images on its engine';
  throw new TrueupError('usage', `${environment.name} ${what} "${engine}"`, {
    next: `engines with images: ${able.join(', ') || 'none'}`,
  });
}
