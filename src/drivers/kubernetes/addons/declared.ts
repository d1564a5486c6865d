/** The addons of a cluster as a manifest declares them: by their keys, each with the digest of its file. Pure. */
import { isJsonObject, type JsonObject, member } from '../../../model/json.ts';

export interface DeclaredAddon {
  /** Its place in the repo, or on this machine. */
  readonly key: string;
  readonly path: string;
  /** `sha256:<hex>`; `null` where nobody could look. */
  readonly content: string | null;
}

/** In the order in which they are applied. */
export function declaredAddons(config: JsonObject): readonly DeclaredAddon[] {
  const addons = config['addons'];
  const listed = Object.entries(isJsonObject(addons) ? addons : {}).map(([key, addon]) => {
    const [path, content] = [member(addon, 'path'), member(addon, 'content')];
    const declared: DeclaredAddon = {
      key,
      path: typeof path === 'string' ? path : key,
      content: typeof content === 'string' ? content : null,
    };
    return { declared, position: Number(member(addon, 'position') ?? 0) };
  });
  return listed.toSorted((left, right) => left.position - right.position).map(({ declared }) => declared);
}

/** Whether a manifest says that what is in the cluster may be lost. */
export function allowsLoss(config: JsonObject): boolean {
  return config['deletion_policy'] === 'delete' && config['protect'] !== true;
}

/** What can be compared of them: what they say, and neither where they lie nor which is first. */
export function comparableAddons(config: JsonObject): JsonObject {
  return Object.fromEntries(declaredAddons(config).map(({ key, content }) => [key, { content }]));
}
