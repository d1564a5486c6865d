/**
 * The names of what is set aside: the version of a service that worked, kept until its successor has passed its gate. They
 * say by themselves what they are, so that they are known without any record.
 */

const MARK = '.aside-';

/** The name under which a run sets something aside. */
export function asideName(name: string, run: string): string {
  return `${name}${MARK}${run.toLowerCase()}`;
}

/** The name that something was set aside from; `null` for what was not. */
export function nameBeforeAside(found: string): string | null {
  const at = found.lastIndexOf(MARK);
  return at > 0 && at + MARK.length < found.length ? found.slice(0, at) : null;
}
