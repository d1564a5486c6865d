/** Dates of commits. Whoever makes a commit may write any: what is no date is told as the first of all. Pure. */

/** As ISO 8601, of milliseconds since the epoch or of a text. */
export function commitDate(written: number | string): string {
  const date = new Date(written);
  return (Number.isNaN(date.getTime()) ? new Date(0) : date).toISOString();
}
