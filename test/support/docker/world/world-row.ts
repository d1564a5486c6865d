/**
 * A row of the world's changes: one setting that somebody changes with the docker command line, and exactly what is to be
 * found of it. Rows are of what the schema can say, in each direction in which the world can move it.
 */
import { isJsonObject, type Json } from '../../../../src/model/json.ts';
import type { ByHandReason } from '../../../../src/model/drift-writing.ts';
import type { Severity } from '../../../../src/model/change.ts';
import type { Edit, Owner, Scene } from '../fields/scene.ts';
import type { ContainerArguments } from './container-arguments.ts';
import type { Docker, Otherwise } from './hand.ts';
import { type Options, withEntry, withFlag } from './options.ts';

/** What git says of the scene: every field, or no more than an image and a command. */
export type Base = 'full' | 'bare';

/** One difference that is to be found. */
export interface ToFind {
  /** Of what of the scene. */
  readonly of: Owner;
  /** The field, in the resource as it is resolved. */
  readonly names: readonly string[];
  /** What the world made of it. */
  readonly before: Json;
  /** What git says. */
  readonly after: Json;
  readonly severity: Severity;
  /** Where the manifest says it below the resource; the nearest thing that it says around counts. Default: as `names`. */
  readonly at?: readonly string[];
  /** Why `--write` leaves it to people; absent where it is written. */
  readonly byHand?: ByHandReason;
}

/** Whoever acts has the docker command line, and the files that are mounted. */
export interface Stage {
  readonly docker: Docker;
  readonly scene: Scene;
  /** The service's container. */
  readonly container: string;
  /** The folder of the repo. */
  readonly root: string;
  /** A folder for whatever is to be kept for a moment. */
  readonly scratch: string;
}

export interface WorldRow {
  readonly of: Owner;
  /** The field of the schema. */
  readonly field: string;
  /** What the world does, in words. */
  readonly how: string;
  readonly base: Base;
  /** What git says instead of the base. */
  says?(scene: Scene): Partial<Record<Owner, Edit>>;
  /** Before the manifest is applied for the first time. */
  prepare?(stage: Stage): Promise<unknown>;
  /** What is made anew otherwise, before `acts`; `root` is the folder of the repo. */
  otherwise?(scene: Scene, root: string): Otherwise;
  /** What it resolves with is told to `finds`. */
  acts?(stage: Stage): Promise<Json | void>;
  finds(scene: Scene, told: Json): readonly ToFind[];
  /** What no other row of its scene may touch, beside what it finds itself; dotted, with the owner in front. */
  readonly around?: readonly string[] | ((scene: Scene) => readonly string[]);
  /** Whether it is played by itself, because it decides what others mean. */
  readonly alone?: boolean;
}

/** A field that the world has no way to change: why. */
export interface OutOfReach {
  readonly of: Owner;
  readonly field: string;
  readonly outOfReach: string;
}

export type AnyWorldRow = WorldRow | OutOfReach;

export function outOfReach(of: Owner, field: string, why: string): OutOfReach {
  return { of, field, outOfReach: why };
}

/** A difference of a field by its dotted name; `warning`, unless it is said otherwise. */
export function found(
  of: Owner,
  field: string,
  [before, after]: readonly [before: Json, after: Json],
  more: Partial<ToFind> = {},
): ToFind {
  return { of, names: field.split('.'), before, after, severity: 'warning', ...more };
}

type Change = (args: ContainerArguments, scene: Scene) => ContainerArguments;

/** A container that is made anew with one option otherwise. */
export function remade(
  row: Pick<WorldRow, 'field' | 'how' | 'base'> & Partial<WorldRow>,
  change: Change,
  finds: readonly ToFind[] | WorldRow['finds'],
): WorldRow {
  return {
    of: 'service',
    otherwise: (scene) => ({ container: (args) => change(args, scene) }),
    finds: typeof finds === 'function' ? finds : () => finds,
    ...row,
  };
}

/** Something that is done to a container as it is. */
export function done(
  row: Pick<WorldRow, 'field' | 'how' | 'base'> & Partial<WorldRow>,
  acts: (stage: Stage) => Promise<unknown>,
  finds: readonly ToFind[] | WorldRow['finds'],
): WorldRow {
  return {
    of: 'service',
    acts: async (stage) => void (await acts(stage)),
    finds: typeof finds === 'function' ? finds : () => finds,
    ...row,
  };
}

/** With these values of a flag and no others. */
export function flag(name: string, ...values: readonly (string | null)[]): Change {
  return (args) => ({ ...args, options: withFlag(args.options, name, ...values) });
}

/** Of a flag for many: the one that begins so. */
export function entry(name: string, beginning: string, value: string | null): Change {
  return (args) => ({ ...args, options: withEntry(args.options, name, beginning, value) });
}

export function options(change: (options: Options, scene: Scene) => Options): Change {
  return (args, scene) => ({ ...args, options: change(args.options, scene) });
}

export function command(...words: readonly string[]): Change {
  return (args) => ({ ...args, command: words });
}

export function isWorldRow(row: AnyWorldRow): row is WorldRow {
  return 'finds' in row;
}

/** The dotted paths that a row is about, with their owners in front: no two rows of one scene meet in them. */
export function touchedBy(row: WorldRow, scene: Scene): readonly string[] {
  const said = Object.entries(row.says?.(scene) ?? {}).flatMap(([owner, edit]) =>
    isJsonObject(edit) ? Object.keys(edit).map((path) => `${owner}.${path}`) : [],
  );
  const around = typeof row.around === 'function' ? row.around(scene) : (row.around ?? []);
  return [...said, ...around, ...row.finds(scene, null).map(({ of, names }) => [of, ...names].join('.'))];
}
