/**
 * Fields as people name them: a normalised path, the shorthand of RFC 9535, or names with dots between. A group stands for
 * all that lies below it. Pure.
 */
import { type FieldPath, fieldPath, parseFieldPath } from '../model/field-path.ts';
import { nearest } from '../model/nearest.ts';

export type NamedFields =
  | { readonly status: 'found'; readonly fields: ReadonlySet<FieldPath> }
  | { readonly status: 'unknown'; readonly suggestion: string | null };

/** `paths`: every field that there is. */
export function fieldsNamed(text: string, paths: readonly FieldPath[]): NamedFields {
  const wanted = joined(namesIn(text));
  const names = paths.map((path) => ({ path, names: parseFieldPath(path) ?? [] }));
  const found = names.filter(({ names: own }) => own.some((_, index) => joined(own.slice(0, index + 1)) === wanted));
  if (found.length > 0) return { status: 'found', fields: new Set(found.map(({ path }) => path)) };
  // A list is one field: an item of it leads to the whole.
  const above = names.filter(
    ({ names: own }) => /^\.\d+$/.test(wanted.slice(joined(own).length)) && wanted.startsWith(joined(own)),
  );
  if (above.length > 0) return { status: 'found', fields: new Set(above.map(({ path }) => path)) };
  const groups = names.flatMap(({ names: own }) => own.map((_, index) => joined(own.slice(0, index + 1))));
  return { status: 'unknown', suggestion: nearest(wanted, new Set(groups)) };
}

/** Labels hold dots themselves: which dot is which, the fields that there are say. */
function joined(names: readonly string[]): string {
  return names.join('.');
}

const SEGMENT = /\["((?:[^"\\]|\\.)*)"\]/gu;

function namesIn(text: string): readonly string[] {
  const whole = text.startsWith('$') ? text : `$${text.startsWith('[') ? '' : '.'}${text}`;
  const quoted = whole.replace(SEGMENT, (_, name: string) => fieldPath(name.replaceAll('\\"', '"')).slice(1));
  return bracketed(quoted.slice(1));
}

/** `.a.b['c.d'][0]` as names. */
function bracketed(text: string): readonly string[] {
  const segment = /\.([^.[\]]*)|(\['(?:[^'\\]|\\.)*'\]|\[\d+\])|(.)/gu;
  return [...text.matchAll(segment)].flatMap(([, name, bracket, rest]) => {
    if (bracket !== undefined) return parseFieldPath(`$${bracket}`) ?? [bracket];
    return [name ?? rest ?? ''];
  });
}
