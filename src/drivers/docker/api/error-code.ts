/** The code of an error of a connection: of a system call, of TLS, or of HTTP. */

/** `ECONNRESET`, `HPE_INVALID_CONSTANT`, `CERT_HAS_EXPIRED` …; `null` where it has none. */
export function errorCodeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
