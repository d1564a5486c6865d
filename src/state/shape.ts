/**
 * Checks data that was read from a file against the shape it must have, and says where it does not: the only way by
 * which stored JSON becomes typed data. Members beyond the shape are allowed, so that a newer minor format still reads.
 */
import { childPath } from '../model/field-path.ts';
import { isJsonObject } from '../model/json.ts';

/** The first problem found, with its path; `null` when the value fits. */
export type Shape = (value: unknown, path: string) => string | null;

export function text(value: unknown, path: string): string | null {
  return typeof value === 'string' ? null : `${path} is not text`;
}

export function flag(value: unknown, path: string): string | null {
  return typeof value === 'boolean' ? null : `${path} is neither true nor false`;
}

export function count(value: unknown, path: string): string | null {
  return Number.isInteger(value) && Number(value) >= 0 ? null : `${path} is not a count`;
}

/** Any JSON object. */
export function anyObject(value: unknown, path: string): string | null {
  return isJsonObject(value) ? null : `${path} is not an object`;
}

export function nullable(shape: Shape): Shape {
  return (value, path) => (value === null ? null : shape(value, path));
}

/** A member that an older format does not have. */
export function optional(shape: Shape): Shape {
  return (value, path) => (value === undefined ? null : shape(value, path));
}

export function oneOf(values: readonly string[]): Shape {
  return (value, path) => (values.some((item) => item === value) ? null : `${path} is none of ${values.join(', ')}`);
}

/** Text that passes a test, with the words for what it should be. */
export function textThat(test: (value: string) => boolean, what: string): Shape {
  return (value, path) => (typeof value === 'string' && test(value) ? null : `${path} is not ${what}`);
}

export function listOf(item: Shape): Shape {
  return (value, path) => {
    if (!Array.isArray(value)) return `${path} is not a list`;
    return firstProblem(value.map((member, index) => [member, `${path}[${index}]`, item]));
  };
}

/** An object with at least these members. */
export function objectOf(members: Readonly<Record<string, Shape>>): Shape {
  return (value, path) => {
    if (!isJsonObject(value)) return `${path} is not an object`;
    return firstProblem(Object.entries(members).map(([key, shape]) => [value[key], childPath(path, key), shape]));
  };
}

/** An object used as a map: every key and every member fits. */
export function mapOf(key: Shape, member: Shape): Shape {
  return (value, path) => {
    if (!isJsonObject(value)) return `${path} is not an object`;
    return firstProblem(
      Object.entries(value).flatMap(([name, item]): readonly Check[] => [
        [name, `The key ${childPath(path, name)}`, key],
        [item, childPath(path, name), member],
      ]),
    );
  };
}

type Check = readonly [value: unknown, path: string, shape: Shape];

function firstProblem(checks: readonly Check[]): string | null {
  for (const [value, path, shape] of checks) {
    const problem = shape(value, path);
    if (problem !== null) return problem;
  }
  return null;
}
