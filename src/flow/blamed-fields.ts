/**
 * Who wrote what the fields of a resource are declared as, and for each that differs: who changed last what its value is made
 * of. Asks git alone; that git cannot say is an answer.
 */
import type { FieldValues } from '../diff/explain.ts';
import { blame, type Blamer } from '../git/blame.ts';
import { commitsSince } from '../git/commits-since.ts';
import { lastChange } from '../git/last-change.ts';
import type { DesiredResource } from '../model/desired.ts';
import type { Blame, BlamedDeclaration, BlamedSource, ExplainedField, FieldDeclaration } from '../model/explanation.ts';
import { type FieldPath, fieldPath, parseFieldPath, valueAt } from '../model/field-path.ts';
import type { SourceRange } from '../model/source.ts';
import { inRepo } from './at-revision.ts';
import { latestBlame, needsOrder } from './latest-blame.ts';

export interface BlameRequest {
  /** Of the repo. */
  readonly root: string;
  readonly desired: DesiredResource | null;
  /** Where the resource itself is declared. */
  readonly source: SourceRange | null;
  readonly told: readonly FieldValues[];
  /** The commit that the resource was applied from last; `null` where nobody knows. */
  readonly recorded: string | null;
  declarationOf(path: FieldPath): FieldDeclaration | null;
}

export interface BlamedFields {
  readonly declaration: BlamedSource | null;
  readonly fields: ReadonlyMap<FieldValues, ExplainedField>;
}

export async function blameFields(request: BlameRequest, signal: AbortSignal): Promise<BlamedFields> {
  const { root, source, told, desired } = request;
  const declarations = new Map(told.map(({ field_path: path }) => [path, request.declarationOf(path)]));
  const sources = [...declarations.values()].flatMap((one) => [
    one?.source,
    ...(one?.variables ?? []).map((variable) => variable.source),
  ]);
  const asked = [source, ...sources].flatMap((one) => one ?? []);
  const [blamer, contents] = await Promise.all([
    blame(root, asked, signal),
    contentsOf(root, { desired, told }, signal),
  ]);
  const blamed = told.map((field) => {
    const { field_path: path, origin, difference } = field;
    const written = origin === 'manifest' ? (declarations.get(path) ?? null) : null;
    const declaration = written === null ? null : withBlame(written, blamer, contents.get(path) ?? null);
    const candidates = declaration === null || difference === null ? [] : candidatesOf(declaration, blamer);
    return { field, declaration, candidates };
  });
  const isOrderNeeded = blamed.some(({ candidates }) => needsOrder(candidates));
  const order = isOrderNeeded ? await commitsSince(root, request.recorded, signal) : [];
  return {
    declaration: source === null ? null : { source, blame: blamer.newest(source) },
    fields: new Map(
      blamed.map(({ field, declaration, candidates }) => [
        field,
        explained(field, declaration, latestBlame(candidates, order)),
      ]),
    ),
  };
}

function explained(
  { field_path, desired, origin, recorded, live, compared, ignored, difference }: FieldValues,
  declaration: BlamedDeclaration | null,
  last: Blame | null,
): ExplainedField {
  const said =
    difference === null ? null : { cause: difference.cause, severity: difference.severity, effect: difference.effect };
  const values = { field_path, desired, origin, recorded, live, compared, ignored, difference: said };
  return { ...values, declaration, last_change: last };
}

type Content = BlamedDeclaration['content'];

function withBlame(declaration: FieldDeclaration, blamer: Blamer, content: Content): BlamedDeclaration {
  const { source, inherited_from, overrides, variables } = declaration;
  return {
    source,
    blame: blamer.newest(source),
    inherited_from,
    overrides,
    content,
    variables: variables.map((variable) => ({
      ...variable,
      blame: variable.source === null ? null : blamer.newest(variable.source),
    })),
  };
}

/** Whoever wrote the lines of the field, and the variables that its value is made of; of a content its file alone. */
function candidatesOf({ source, content, variables }: BlamedDeclaration, blamer: Blamer): readonly Blame[] {
  if (content !== null) return [content.blame];
  return [source, ...variables.flatMap((variable) => variable.source ?? [])].flatMap((one) => blamer.each(one));
}

/** Of each field that is the content of a mounted file, who changed that file last. */
async function contentsOf(
  root: string,
  { desired, told }: Pick<BlameRequest, 'desired' | 'told'>,
  signal: AbortSignal,
): Promise<ReadonlyMap<FieldPath, Content>> {
  const looks = told.map(async ({ field_path: path }) => {
    const [storage, volumes, key = '', content] = parseFieldPath(path) ?? [];
    if (storage !== 'storage' || volumes !== 'volumes' || content !== 'content') return [path, null] as const;
    const file = valueAt(desired?.config ?? null, fieldPath('storage', 'volumes', key, 'host_path'));
    if (typeof file !== 'string') return [path, null] as const;
    return [path, { file: inRepo(root, file), blame: await lastChange(root, file, signal) }] as const;
  });
  return new Map(await Promise.all(looks));
}
