/**
 * Which rule of the operator's holds for a repo on this machine. A name means a folder and not its spelling: symbolic links
 * are followed, and all worktrees are one repo, so that no detour leads past a rule that asks for signatures.
 */
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { commonFolderAround } from '../git/common-folder.ts';
import { folderRules, type GitRule, type GitRules } from '../manifest/git-settings.ts';

/** The longest name that means the repo counts; `null` where none does. What holds for all URLs is for no folder. */
export async function ruleForFolder(rules: GitRules, root: string, home: string): Promise<GitRule | null> {
  const repo = await repoAt(root);
  let found: { readonly length: number; readonly rule: GitRule } | null = null;
  for (const [name, rule] of folderRules(rules, home)) {
    if (found !== null && found.length > name.length) continue;
    if (await isMeant(name, repo)) found = { length: name.length, rule };
  }
  return found?.rule ?? null;
}

/** Names that ask for signatures and mean no folder: a rule with a slip in its name holds for nothing. */
export async function missingFolders(rules: GitRules, home: string): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const [name, { verify }] of folderRules(rules, home)) {
    if (verify === null) continue;
    const folders = name.endsWith('*') ? [splitStem(name).folder] : spellings(name);
    const found = await Promise.all(folders.map((folder) => stat(folder).catch(() => null)));
    if (!found.some((one) => one?.isDirectory())) missing.push(name);
  }
  return missing;
}

interface Repo {
  /** Roots by which it may be meant, symbolic links resolved: its own, and that of the worktree it is linked to. */
  readonly roots: readonly string[];
  readonly common: string | null;
}

async function repoAt(root: string): Promise<Repo> {
  const common = await commonFolderAround(root);
  const own = await realpath(root);
  if (common === null) return { roots: [own], common };
  return { roots: [own, basename(common) === '.git' ? dirname(common) : common], common };
}

async function isMeant(name: string, { roots, common }: Repo): Promise<boolean> {
  if (name.endsWith('*')) {
    const beginnings = await beginningsOf(name);
    return roots.some((root) => beginnings.some((beginning) => `${root}/`.startsWith(beginning)));
  }
  // A name in a repo means that repo: there is nothing smaller to hold to signatures.
  const around = await Promise.all(spellings(name).map((folder) => commonFolderAround(folder)));
  return common !== null && around.includes(common);
}

/** As with URLs, `.git` at the end makes no difference. */
function spellings(name: string): readonly string[] {
  const plain = name.replace(/\/+$/, '').replace(/\.git$/, '');
  return [name, plain, `${plain}.git`];
}

/** Of `~/work/*`, with links resolved: the folder, and where the links in it lead. */
async function beginningsOf(name: string): Promise<readonly string[]> {
  const { folder, start } = splitStem(name);
  const real = await realpath(folder).catch(() => null);
  if (real === null) return [];
  const entries = await readdir(real, { withFileTypes: true }).catch(() => []);
  const links = entries.filter((entry) => entry.isSymbolicLink() && entry.name.startsWith(start));
  const targets = await Promise.all(links.map((link) => realpath(join(real, link.name)).catch(() => null)));
  return [join(real, '/', start), ...targets.flatMap((target) => (target === null ? [] : [`${target}/`]))];
}

/** `/work/shop*` is the folder `/work`, and names in it that start with `shop`. */
function splitStem(name: string): { readonly folder: string; readonly start: string } {
  const end = name.lastIndexOf('/') + 1;
  return { folder: name.slice(0, end), start: name.slice(end, -1) };
}
