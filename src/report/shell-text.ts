/** One word of a command as somebody can paste it into a shell. */

export function shellText(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
