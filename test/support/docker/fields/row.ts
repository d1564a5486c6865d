/** A row of a field table: an edit of one field, and all that must come of it, judged by the engine's own words. */
import type { Json } from '../../../../src/model/json.ts';
import type { Edit, Owner, Scene } from './scene.ts';

/** An object as the engine inspects it. */
export type Inspected = Readonly<Record<string, unknown>>;

export interface Seen {
  readonly container: Inspected;
  readonly volume: Inspected;
  readonly network: Inspected;
}

export interface Row {
  /** The field of the schema. */
  readonly field: string;
  /** Which edit of it, where there are several. */
  readonly variant?: string;
  readonly of: Owner;
  edit(scene: Scene): Partial<Record<Owner, Edit>>;
  /** Field paths of exactly the differences that the edit makes, of whichever resource of the scene. */
  differs(scene: Scene): readonly string[];
  /** Those that there are on the way back. Default: the same. */
  readonly drifts?: (scene: Scene) => readonly string[];
  /** Whether the container stays the same one. */
  readonly keeps: boolean;
  /** Whether it also does so on the way back. Default: as `keeps`. */
  readonly healKeeps?: boolean;
  /** Whether it decides what other fields mean, so that no other row can be played with it. */
  readonly alone?: boolean;
  /** What the engine says, as it is declared at first and after the edit. */
  shown(seen: Seen, scene: Scene): unknown;
  readonly before: unknown;
  readonly after: unknown;
}

/** An edit that this engine cannot tell from what was: no difference, and nothing is done. */
export interface SameRow {
  readonly field: string;
  readonly of: Owner;
  readonly same: Edit;
}

/** A field that is no value to compare: where it is looked at instead. */
export interface ElsewhereRow {
  readonly field: string;
  readonly of: Owner;
  readonly elsewhere: string;
}

export type AnyRow = Row | SameRow | ElsewhereRow;

/** Something that the world does to the container of a scene, and what drift says of it. */
export interface Act {
  readonly name: string;
  act(docker: (...args: readonly string[]) => Promise<string>, scene: Scene, container: string): Promise<unknown>;
  /** Field paths of exactly the differences; none where something is missing altogether. */
  differs(scene: Scene): readonly string[];
  /** Whether healing keeps the container. */
  readonly keeps: boolean;
  /** What must be as it was afterwards, beside the container's state, name and networks. */
  shown?(seen: Seen, scene: Scene): unknown;
}

/** A value in what the engine inspects: names with dots in front of what has none, such as `Config.User`. */
export function at(inspected: Inspected, path: string): unknown {
  let value: unknown = inspected;
  for (const name of path.split('.')) value = isRecord(value) ? value[name] : undefined;
  return value;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `$['container']['user']` for `container.user`. */
export function pathOf(dotted: string): string {
  return `$${dotted
    .split('.')
    .map((name) => `['${name}']`)
    .join('')}`;
}

interface Expectation {
  /** Path in the inspected object of the row's owner. */
  readonly shown: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly variant?: string;
}

/** A field of a service whose edit makes another container. */
export function replaces(field: string, value: Json | undefined, { shown, ...rest }: Expectation): Row {
  return {
    field,
    of: 'service',
    edit: () => ({ service: { [field]: value } }),
    differs: () => [pathOf(field)],
    keeps: false,
    shown: ({ container }) => at(container, shown),
    ...rest,
  };
}

/** A field of a service that is no longer said, so that it is the image's or the engine's again, in another container. */
export function lifted(field: string, expectation: Expectation): Row {
  return replaces(field, undefined, { variant: 'lifted', ...expectation });
}

/** A field of a service that changes while it runs. */
export function inPlace(field: string, value: Json | undefined, expectation: Expectation): Row {
  return { ...replaces(field, value, expectation), keeps: true };
}

export function sameAs(of: Owner, field: string, same: Edit): SameRow {
  return { field, of, same };
}

export function elsewhere(of: Owner, field: string, where: string): ElsewhereRow {
  return { field, of, elsewhere: where };
}
