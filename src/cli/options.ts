/** Options that every command takes, and values that several commands read the same way. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../model/duration.ts';
import { TrueupError } from '../model/failure.ts';

export interface GlobalOptions {
  readonly output: string;
  readonly chdir: string;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** Options of commands that read manifests. */
export interface InputOptions {
  readonly var: Readonly<Record<string, string>>;
  readonly envFile?: readonly string[];
  readonly profile: readonly string[];
}

/** `formats` beyond text and json, for commands that have more. */
export function addGlobalOptions(command: Command, formats: readonly string[] = []): Command {
  const choices = ['text', 'json', ...formats];
  return (
    command
      .addOption(new Option('-o, --output <format>', 'how to print; default: text').choices(choices))
      // Where there are no more than two, one name for it is enough.
      .addOption(
        new Option('--format <format>', 'the same as --output').choices(choices).hideHelp(formats.length === 0),
      )
      .option('-C, --chdir <folder>', 'run as if started in this folder', '.')
      .option('-q, --quiet', 'print errors only', false)
      .option('-v, --verbose', 'print what is done and how long it takes', false)
  );
}

export function addInputOptions(command: Command): Command {
  return command
    .option('--var <key=value>', 'set a variable; may be repeated', collectVariable, {})
    .option('--env-file <file>', 'read variables from this file instead of .env; may be repeated', collect)
    .option('--profile <name>', 'also take services of this profile; may be repeated', collect, []);
}

/** `--output` and `--format` are one option; both with different values contradict each other. */
export function outputOf(options: { readonly output?: string; readonly format?: string }): string {
  const { output, format } = options;
  if (output !== undefined && format !== undefined && output !== format) {
    throw new TrueupError('usage', `--output ${output} and --format ${format} contradict each other`, {
      next: 'they are the same option; give one of them',
    });
  }
  return output ?? format ?? 'text';
}

export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

function collectVariable(value: string, previous: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const equals = value.indexOf('=');
  if (equals <= 0) throw new InvalidArgumentError('write it as key=value');
  return { ...previous, [value.slice(0, equals)]: value.slice(equals + 1) };
}

/** For options that take a whole number from `least` on. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`a whole number from ${least} on`);
    return value;
  };
}

/** For options that take a duration such as `30s`; milliseconds come out. */
export function durationOption(text: string): number {
  const value = parseDuration(text);
  if (value === null) throw new InvalidArgumentError('a duration such as 30s or 5m');
  return value;
}
