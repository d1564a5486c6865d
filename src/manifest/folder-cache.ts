/**
 * Folders that were parsed at one revision and are the same at the next. Bounded: of a repo with more folders than that, the
 * rest is parsed anew each time. What was not asked for at the last revision is forgotten at the next.
 */
const MOST_FOLDERS = 256;

export class FolderCache<Folder> {
  #before: ReadonlyMap<string, Folder> = new Map();
  #now = new Map<string, Folder>();

  /** Another revision is looked at from here on. */
  turn(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }

  get(path: string, fingerprint: string): Folder | null {
    const key = `${path} ${fingerprint}`;
    const found = this.#now.get(key) ?? this.#before.get(key);
    if (found !== undefined) this.put(path, fingerprint, found);
    return found ?? null;
  }

  put(path: string, fingerprint: string, folder: Folder): void {
    if (this.#now.size < MOST_FOLDERS) this.#now.set(`${path} ${fingerprint}`, folder);
  }
}
