/** The outcome of reading a short form: a value, or what is wrong with it. */

export type Parsed<T> =
  | { readonly value: T; readonly problem: null }
  | { readonly value: null; readonly problem: string };

export function parsed<T>(value: T): Parsed<T> {
  return { value, problem: null };
}

export function failed<T>(problem: string): Parsed<T> {
  return { value: null, problem };
}
