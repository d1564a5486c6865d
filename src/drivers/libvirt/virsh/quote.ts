/** One command of virsh's own little language, in which several stand in one line. */

export type Command = readonly string[];

/** Several commands in one text, one after the other. */
export function commandLine(commands: readonly Command[]): string {
  return commands.map((words) => words.map(quoted).join(' ')).join('; ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
