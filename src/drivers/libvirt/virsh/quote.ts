/** One command of virsh's own little language, in which several stand in one line. */

export type Command = readonly string[];

/** Several commands in one text, one after the other. */
export function commandLine(commands: readonly Command[]): string {
  return commands.map((words) => words.map(quoted).join(' ')).join('; ');
}

/** Linux takes words of up to 128 KiB, and the text of commands is one. */
const LONGEST_LINE = 96 * 1024;

/** Commands in portions of which each fits into one text; `extra` is what goes with each of them. */
export function portionsOf(commands: readonly Command[], extra: number): readonly (readonly Command[])[] {
  const portions: Command[][] = [];
  let length = LONGEST_LINE;
  for (const command of commands) {
    const own = Buffer.byteLength(commandLine([command])) + extra;
    if (length + own > LONGEST_LINE) {
      portions.push([]);
      length = 0;
    }
    portions.at(-1)?.push(command);
    length += own;
  }
  return portions;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
