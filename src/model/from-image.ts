/**
 * What a service takes over from its image beside its files and its command, where its repo is not the operator's: a member
 * of its configuration that no manifest can declare. The loader writes it, and the driver of containers keeps to it when it
 * makes one. Where it stands and cannot be read, nothing is taken over.
 */
import { isJsonObject, type Json, type JsonObject, member } from './json.ts';

const MEMBER = 'from_image';

export interface FromImage {
  /** A regular expression that whole names match. */
  readonly labels: string;
  readonly environment_variables: string;
  /** How many volumes it may bring along that nobody declares. */
  readonly volumes: number;
}

/** Matches no name. */
export const NO_NAME = '(?!)';

export function withFromImage(config: JsonObject, { labels, environment_variables, volumes }: FromImage): JsonObject {
  return { ...config, [MEMBER]: { labels, environment_variables, volumes } };
}

/** `null` where everything is taken over. */
export function fromImageOf(config: JsonObject): FromImage | null {
  const said = member(config, MEMBER);
  if (said === null) return null;
  const [labels, variables, volumes] = [of(said, 'labels'), of(said, 'environment_variables'), of(said, 'volumes')];
  return {
    labels: typeof labels === 'string' ? labels : NO_NAME,
    environment_variables: typeof variables === 'string' ? variables : NO_NAME,
    volumes: typeof volumes === 'number' ? volumes : 0,
  };
}

function of(said: Json, name: string): Json {
  return isJsonObject(said) ? member(said, name) : null;
}
