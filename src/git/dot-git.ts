/** Names that some file system takes for the git folder, whatever they look like. Pure. */

/** Characters that HFS+ passes over in names. */
const PASSED_OVER = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** `.git`, `.GIT`, `git~1`, `.git . `, `.git::$INDEX_ALLOCATION` and the like. */
export function isDotGit(name: string): boolean {
  const plain = name.replaceAll(PASSED_OVER, '').toLowerCase();
  return /^(\.git|git~1)[ .]*(:.*)?$/s.test(plain);
}

/** Whether a path leads into it anywhere on its way. */
export function leadsIntoDotGit(path: string): boolean {
  return path.split(/[/\\]/).some((name) => isDotGit(name));
}
