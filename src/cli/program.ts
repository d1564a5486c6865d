/** The command line as a whole: help, suggestions, and wrong usage as exit 64. */
import { Command, CommanderError, type Option } from 'commander';
import { COMMANDS } from './commands.ts';
import { failureOf, TrueupError } from '../model/failure.ts';
import { EXIT } from './exit-status.ts';
import { trueupVersion } from './version.ts';

/** Parses the words after `trueup` and runs the command. Never rejects; sets the exit status of the process. */
export async function runProgram(words: readonly string[]): Promise<void> {
  if (words[0] === '__complete') {
    const { replyToShell } = await import('./completion/reply.ts');
    return replyToShell(words.slice(1), COMMANDS);
  }
  const program = new Command('trueup')
    .description('Hold development environments true to git: load, compare, plan, execute, report.')
    .version(trueupVersion(), '-V, --version', 'print the version')
    .showSuggestionAfterError(true)
    .enablePositionalOptions()
    .configureHelp({ optionDescription })
    .exitOverride();
  const index = commandIndex(words);
  const asked = words[index];
  for (const entry of COMMANDS) {
    const command = program
      .command(entry.name)
      .summary(entry.summary)
      .exitOverride()
      .showHelpAfterError('(--help shows how)');
    if (entry.name === asked) (await entry.load()).command.attach(command);
  }
  try {
    await program.parseAsync(commandFirst(words, index), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error.exitCode !== 0 && wantsJson(words)) await printUsage(error.message);
  }
}

/** Options before the command whose value is a word of its own, which may be the name of a command too. */
const VALUED: ReadonlySet<string> = new Set(['-C', '--chdir', '-o', '--output', '--format']);

function commandIndex(words: readonly string[]): number {
  return words.findIndex(
    (word, index) => !VALUED.has(words[index - 1] ?? '') && COMMANDS.some((entry) => entry.name === word),
  );
}

/** Whether JSON was asked for by words that could not be parsed. */
function wantsJson(words: readonly string[]): boolean {
  const isOption = (word: string): boolean => ['-o', '--output', '--format'].includes(word);
  return words.some(
    (word, index) => (isOption(word) && words[index + 1] === 'json') || /^--(output|format)=json$/.test(word),
  );
}

/** The help is told on standard error already; who reads JSON gets a document in any case. */
async function printUsage(message: string): Promise<void> {
  const [{ failureDocument }, { jsonText }] = await Promise.all([
    import('../report/failure-document.ts'),
    import('../report/json-text.ts'),
  ]);
  const failure = failureOf(new TrueupError('usage', message.replace(/^error: /, '')));
  process.stdout.write(jsonText(failureDocument(failure, [])));
}

/** Options may stand before the command too: `trueup -C app plan`. */
function commandFirst(words: readonly string[], index: number): readonly string[] {
  const asked = words[index];
  if (asked === undefined || index <= 0 || words[0] === 'help') return words;
  return [asked, ...words.slice(0, index), ...words.slice(index + 1)];
}

/** Choices, and defaults that say something: that a flag is off, or a list empty, goes without saying. */
function optionDescription({ description, argChoices, defaultValue, defaultValueDescription: words }: Option): string {
  const choices = argChoices === undefined ? '' : ` (${argChoices.join(', ')})`;
  const isTelling = typeof defaultValue === 'string' || typeof defaultValue === 'number';
  return `${description}${choices}${isTelling ? ` (default: ${words ?? defaultValue})` : ''}`;
}
