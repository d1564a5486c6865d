/** Where manifests are read from: the working tree, or the objects of one commit. Paths are relative to the root of the repo, with forward slashes. */
export interface FileTree {
  /** Names in a folder, sorted; `null` when there is no such folder. Folders end with a slash. */
  list(folder: string): Promise<readonly string[] | null>;
  /** `null` when there is no such file. Throws for files that exist and cannot be read. */
  read(file: string): Promise<Uint8Array | null>;
  /** Whether git holds exactly this content of the file at the revision; false for edited and for untracked files. */
  isCommitted(file: string): boolean;
  /** Whether git has the file at all, with this content or another; absent where only what git has is there. */
  isTracked?(file: string): boolean;
  /**
   * Equal for folders in which all is the same, at whatever revision; `null` where that cannot be told without looking.
   * Absent where it never can.
   */
  fingerprint?(folder: string): Promise<string | null>;
}
