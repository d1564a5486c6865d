/**
 * When two addresses of a repo mean the same one: over https, over ssh, or as `user@host:path`. Users, ports and case make no
 * difference; to take two for one costs a needless fetch, and to miss one costs a commit its moment.
 */

/** `host/owner/repo`; `null` for what is no address of a repo on a host. */
export function repoPlace(url: string): string | null {
  const text = url.trim();
  const [, scpHost, scpPath] = /^(?:[^@/:\s]+@)?([^@/:\s]+):(?!\/\/)([^\s]+)$/.exec(text) ?? [];
  if (scpHost !== undefined && scpPath !== undefined) return placeOf(scpHost, scpPath);
  if (!/^(https?|ssh|git|git\+ssh|ssh\+git):\/\//i.test(text)) return null;
  try {
    const { hostname, pathname } = new URL(text);
    return placeOf(hostname, decodeURIComponent(pathname));
  } catch {
    return null;
  }
}

function placeOf(host: string, path: string): string | null {
  const plain = path.replace(/^\/+|\/+$/g, '').replace(/\.git$/i, '');
  return host === '' || plain === '' ? null : `${host}/${plain}`.toLowerCase();
}
