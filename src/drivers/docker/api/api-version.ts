/** Versions of the Docker Engine API: `1.41`. */

/** What Engine 20.10 speaks, and Podman since 3.4; older ones are not spoken with. */
export const OLDEST = '1.41';

/** The newest that this client was tried with. A newer engine goes on speaking it. */
export const NEWEST = '1.56';

export function atLeast(version: string, other: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
  return major === otherMajor ? minor >= otherMinor : major > otherMajor;
}
