/** A clock that begins at the time of the wall and from then on goes as fast as time does, whatever is done to the wall's. */

/** Milliseconds since the epoch. */
export function steadyClock(
  wall: () => number = Date.now,
  elapsed: () => number = () => performance.now(),
): () => number {
  const [begun, start] = [wall(), elapsed()];
  return () => Math.round(begun + elapsed() - start);
}
