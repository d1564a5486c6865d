/**
 * What a command line may leave to the daemon of its repo: commands that only look, and `apply` where it turns out that there
 * is nothing to do; with no option that the daemon could take otherwise. Light: asked before anything else is loaded.
 */

const COMMANDS: ReadonlySet<string> = new Set(['status', 'plan', 'drift', 'apply']);

/** Options that take no value, and those whose value is the next word. */
const FLAGS: ReadonlySet<string> = new Set(['--auto-approve', '--detailed-exitcode', '--no-report', '-q', '--quiet']);
const VALUED: ReadonlySet<string> = new Set(['-o', '--output', '--format', '-C', '--chdir']);

export interface Askable {
  /** `-C`, as it was written. */
  readonly chdir: string;
}

/** `null` for what is run where it was asked for. */
export function askable(words: readonly string[]): Askable | null {
  const [command, ...rest] = words;
  if (!COMMANDS.has(command ?? '')) return null;
  let chdir = '.';
  let named = 0;
  for (let index = 0; index < rest.length; index += 1) {
    const word = rest[index] ?? '';
    if (VALUED.has(word)) {
      const value = rest[(index += 1)];
      if (value === undefined) return null;
      if (word === '-C' || word === '--chdir') chdir = value;
    } else if (!word.startsWith('-')) named += 1;
    else if (!FLAGS.has(word)) return null;
  }
  // Somebody may have to be asked, and of several environments one may be done before another one turns out to need it.
  if (command === 'apply' && (!rest.includes('--auto-approve') || named > 1)) return null;
  return { chdir };
}
