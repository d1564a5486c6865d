/** A half-written command line, read as far as completion needs it: which command, whose value, and in which folder. */
import { Command, type Option } from 'commander';
import type { CommandDefinition } from '../define-command.ts';
import { addGlobalOptions } from '../options.ts';

/** What completion knows of a command before it is loaded. */
export interface KnownCommand {
  readonly name: string;
  readonly summary: string;
  load(): Promise<{ readonly command: CommandDefinition }>;
}

export interface PartialLine {
  /** The word under the cursor, as far as it is written. */
  readonly current: string;
  readonly command: KnownCommand | null;
  /** Options that may stand here. */
  readonly options: readonly Option[];
  /** The option whose value is being written. */
  readonly valueOf: Option | null;
  /** How many positional words stand before the current one. */
  readonly position: number;
  /** The folder of `--chdir`. */
  readonly directory: string;
}

/** `words` are those after `trueup`; the last is under the cursor and may be empty. */
export async function parsePartialLine(
  words: readonly string[],
  commands: readonly KnownCommand[],
): Promise<PartialLine> {
  // bash takes "=" for a word of its own.
  const current = (words.at(-1) ?? '').replace(/^=$/, '');
  const before = words.slice(0, -1).filter((word) => word !== '=');
  const named = before.find((word) => commands.some(({ name }) => name === word));
  const command = commands.find(({ name }) => name === named) ?? null;
  const known = (await loaded(command)).options;
  const options = known.filter((option) => !option.hidden);
  let valueOf: Option | null = null;
  let position = 0;
  let directory = '.';
  for (const word of before) {
    if (valueOf !== null) {
      if (valueOf.long === '--chdir') directory = word;
      valueOf = null;
    } else if (word.startsWith('-')) {
      valueOf = known.find((option) => takesValue(option) && [option.short, option.long].includes(word)) ?? null;
    } else if (word !== named) position += 1;
  }
  return { current, command, options, valueOf, position, directory };
}

function takesValue(option: Option): boolean {
  return option.required || option.optional;
}

async function loaded(known: KnownCommand | null): Promise<Command> {
  const command = new Command(known?.name ?? 'trueup');
  if (known === null) addGlobalOptions(command).option('-V, --version', 'print the version');
  else (await known.load()).command.attach(command);
  return command.option('-h, --help', 'show how it is used');
}
