/** Images on their way from an engine: an archive that is read once. */
export interface SavedImages {
  /** What the engine says that they take, unpacked; `null` where it does not say. */
  readonly bytes: number | null;
  readonly archive: AsyncIterable<Uint8Array>;
}
