/** Lines above a service, for who reads the manifest: what is said of the service itself, then whom it may need. */

export function joinedComments(
  own: readonly (readonly [string, readonly string[]])[],
  edges: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, readonly string[]>> {
  const joined = own.map(([key, lines]): [string, readonly string[]] => {
    const found = Object.hasOwn(edges, key) ? edges[key] : undefined;
    return [key, [...lines, ...(found ?? [])]];
  });
  return Object.fromEntries(joined.filter(([, lines]) => lines.length > 0));
}
