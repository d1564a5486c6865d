/**
 * Which labels of ours a container has of its own. Engines hand every label of an image on to what is made from it, so the
 * author of an image, or somebody who committed a container of ours, could have them mean anything. What we make names the
 * image that it is made from: no image can carry its own id, so where the two agree all labels are ours. Any other container
 * is held against its image. This is decided here alone: readers of the API pass on only the labels that count.
 */
import { LABEL, OWN_PREFIX, RESERVED_PREFIXES } from './labels.ts';
import { mapLimited } from './observe/limited.ts';

type Labels = Readonly<Record<string, string>>;

/** A container as far as its labels go. */
export interface Labelled {
  readonly labels: Labels | null | undefined;
  /** The id of the image that it was made from. */
  readonly image: string;
}

/** Answers the labels of an image; `null` where it is gone. */
type AskImage = (id: string) => Promise<Labels | null>;

/** What was always written on services, whatever their image had. */
const ALWAYS_WRITTEN: readonly string[] = [
  LABEL.schema,
  LABEL.owner,
  LABEL.project,
  LABEL.environment,
  LABEL.address,
  LABEL.checkout,
  LABEL.createdRevision,
  LABEL.request,
  // What is sealed without need differs from what is declared, and is put right; what is not sealed in need is shown.
  LABEL.secrets,
];

/** An image never changes; they are asked again once there are more than this. */
const MOST_IMAGES = 500;
const AT_ONCE = 10;

/** Kept for the life of a connection. */
export class OwnLabels {
  readonly #ofImages = new Map<string, Labels>();

  /** Tells of these containers which labels count. What names its image costs nothing; of all else each image is asked once. */
  async tellerFor(containers: readonly Labelled[], ask: AskImage): Promise<(container: Labelled) => Labels | null> {
    const unsure = new Set(containers.filter((one) => !isSure(one)).map(({ image }) => image));
    const found = new Map<string, Labels>();
    await mapLimited([...unsure], AT_ONCE, async (id) => {
      const labels = this.#ofImages.get(id) ?? (await ask(id));
      if (labels !== null) found.set(id, labels);
    });
    if (this.#ofImages.size + found.size > MOST_IMAGES) this.#ofImages.clear();
    for (const [id, labels] of found) this.#ofImages.set(id, labels);
    return (container) => counting(container, isSure(container) ? {} : (found.get(container.image) ?? null));
  }
}

/** What a new container is given so that it has nothing of ours, nor of Compose's, from its image: the same labels, empty. */
export function disowned(ofImage: Labels | null | undefined): Labels {
  const names = Object.keys(ofImage ?? {}).filter((name) =>
    RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix)),
  );
  return Object.fromEntries(names.map((name) => [name, '']));
}

function isSure({ labels, image }: Labelled): boolean {
  const own = labels ?? {};
  const named = own[LABEL.image];
  return named === undefined ? !Object.keys(own).some(isOurs) : bare(named) === bare(image);
}

/**
 * An empty label of ours is none. Of what we made before images were named, what was not always written and the image has
 * too is nobody's. Where the image is gone, what names another one has its labels from that.
 */
function counting({ labels }: Labelled, ofImage: Labels | null): Labels | null {
  if (labels === null || labels === undefined) return null;
  const isOfAnother = ofImage === null && labels[LABEL.image] !== undefined;
  const request = labels[LABEL.request];
  const wasMadeByUs = request !== undefined && request !== ofImage?.[LABEL.request];
  const counts = ([name, value]: readonly [string, string]): boolean => {
    if (!isOurs(name)) return true;
    if (value === '' || isOfAnother) return false;
    return ofImage?.[name] !== value || (wasMadeByUs && ALWAYS_WRITTEN.includes(name));
  };
  const entries = Object.entries(labels);
  return entries.every(counts) ? labels : Object.fromEntries(entries.filter(counts));
}

function isOurs(name: string): boolean {
  return name.startsWith(OWN_PREFIX);
}

/** Podman leaves the algorithm out in places. */
function bare(id: string): string {
  return id.replace(/^sha256:/, '').toLowerCase();
}
