/**
 * What stands in a hook: a few marked lines that call the launcher of the clone in which git runs, and do nothing where
 * there is none. They hold no path, so that they are right in folders that several clones share, and harmless where a
 * folder of hooks is committed. Whatever they do, the arguments, the standard input and the exit status of the rest of the
 * hook stay as they are. Texts are Latin-1, so that every byte of what others wrote survives. Pure.
 */
import type { GitHook } from './hook-names.ts';

const BEGIN = '# >>> trueup: follows what git does; `trueup hook remove` takes these lines out';
const END = '# <<< trueup';
const SHEBANG = '#!/bin/sh\n';

/** Beside the hooks: links to hooks that were there before, under the names that git calls them by. */
export const KEPT_FOLDER = 'trueup-kept';

/** Where a hook that was there before, and that nothing can be added to, goes on to lie. */
export function keptName(hook: GitHook): string {
  return `${hook}.trueup-kept`;
}

export function hookLines(hook: GitHook): string {
  return `${BEGIN}
(
  folder=$(git rev-parse --git-common-dir 2>/dev/null) || exit 0
  [ ! -f "$folder/trueup/hook" ] || sh "$folder/trueup/hook" ${hook} "$@"
) </dev/null || :
${END}
`;
}

/** A hook where there was none. */
export function newHook(hook: GitHook): string {
  return SHEBANG + hookLines(hook);
}

/** A hook before one that is kept beside it, and runs as it did. */
export function chainedHook(hook: GitHook): string {
  return `${newHook(hook)}# The hook that was here before, as it was.
kept=$(dirname -- "$0")/${KEPT_FOLDER}/${hook}
[ ! -x "$kept" ] || exec "$kept" "$@"
`;
}

/** `changed`: they are there, and are not as this version writes them. */
export function linesIn(text: string, hook: GitHook): 'present' | 'changed' | 'absent' {
  if (text.includes(hookLines(hook))) return 'present';
  return text.includes(BEGIN) ? 'changed' : 'absent';
}

/**
 * The text with the lines in it, or `null` for what is no script of a shell, or runs as something else too: nothing can be
 * added to that. They come first, because a hook may end anywhere.
 */
export function withLines(text: string, hook: GitHook): string | null {
  const bare = withoutLines(text);
  const match = /^#![^\n]*\n/.exec(bare);
  const shebang = match?.[0] ?? '';
  if (bare.includes('\0') || (shebang === '' ? bare.startsWith('#!') : !isShell(shebang))) return null;
  const body = bare.slice(shebang.length);
  if (runsAsAnother(body)) return null;
  return shebang + hookLines(hook) + body;
}

/** The text as it was without the lines, also where they were changed by hand; half of them are left for their author. */
export function withoutLines(text: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(`\n${END}`, begin);
  if (begin < 0 || end < 0) return text;
  const after = end + 1 + END.length;
  return text.slice(0, begin) + text.slice(text[after] === '\n' ? after + 1 : after);
}

/** Whether nothing is left but what {@link newHook} adds to the lines. */
export function isEmptyHook(text: string): boolean {
  return text === SHEBANG || text === '';
}

function isShell(shebang: string): boolean {
  return /^#!\s*(\/usr\/bin\/env\s+(-S\s+)?)?([^\s]*\/)?(ba|da|a|k|mk|pdk|z|ya)?sh([ \t]+[^\r\n]*)?\n$/.test(shebang);
}

/** Scripts that hand themselves over to another interpreter within their first lines, which would then read ours. */
function runsAsAnother(body: string): boolean {
  const first = body.split('\n', 10).join('\n');
  return /^[^#\n]*\bexec\b[^\n]*["'\s]\$\{?0\b/m.test(first);
}
