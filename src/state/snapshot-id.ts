/** Ids of snapshots sort in the order in which they were taken: a clock that was set back makes none the oldest. */

const SECOND = 1000;

/** `<UTC timestamp>-<run>`, later than `newest`, the id of the snapshot before it. `now`: milliseconds since the epoch. */
export function snapshotId(run: string, now: number, newest: string | undefined): string {
  const before = newest === undefined ? Number.NaN : timeOf(newest);
  const later = before + SECOND > now ? before + SECOND : now;
  return `${new Date(later).toISOString().replaceAll(/[-:]/g, '').replace(/\.\d+/, '')}-${run}`;
}

/** Not a number for a folder that somebody else has named. */
function timeOf(id: string): number {
  return Date.parse(id.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-.*$/, '$1-$2-$3T$4:$5:$6Z'));
}
