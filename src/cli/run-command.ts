/** Runs the action of a command: sets its context up, prints what it throws, and ends with its exit status. */
import { hasErrors } from '../model/diagnostic.ts';
import { failureOf, InvalidManifestsError, TrueupError } from '../model/failure.ts';
import { jsonText } from '../report/json-text.ts';
import { type CommandContext, commandContext } from './context.ts';
import { EXIT, exitStatusOf } from './exit-status.ts';
import { handleInterrupts, type InterruptMode } from './interrupts.ts';
import { SILENT } from './log.ts';
import { openLog } from './open-log.ts';
import { type GlobalOptions, outputOf } from './options.ts';

export type Action = (context: CommandContext) => Promise<number>;

/** Never rejects. The exit status becomes the status of the process once its streams are flushed. */
export async function runCommand(
  options: GlobalOptions,
  action: Action,
  interrupt: InterruptMode = 'announce',
): Promise<void> {
  let output = 'text';
  using interrupts = handleInterrupts(interrupt);
  try {
    output = outputOf(options);
    const log = await openLog(options.verbose);
    const context = commandContext({ ...options, output, signal: interrupts.signal, log });
    process.exitCode = await action(context);
  } catch (error) {
    process.exitCode = interrupts.signal.aborted ? EXIT.interrupted : exitStatusOf(error);
    await printError(error, { ...options, output }, interrupts.signal.aborted);
  }
}

async function printError(
  error: unknown,
  options: GlobalOptions & { readonly output: string },
  interrupted: boolean,
): Promise<void> {
  const thrown = interrupted ? new TrueupError('interrupted', 'interrupted; nothing more was done') : error;
  const failure = failureOf(thrown);
  const diagnostics = error instanceof InvalidManifestsError ? error.diagnostics : [];
  if (options.output === 'json') {
    const { failureDocument } = await import('../report/failure-document.ts');
    process.stdout.write(jsonText(failureDocument(failure, diagnostics)));
    return;
  }
  const { renderError } = commandContext({ ...options, signal: AbortSignal.abort(), log: SILENT });
  if (hasErrors(diagnostics)) {
    const { diagnosticsText } = await import('./diagnostics.ts');
    process.stderr.write(`${await diagnosticsText(diagnostics, options.chdir, renderError)}\n`);
    return;
  }
  const { renderFailure } = await import('../report/failure-text.ts');
  // The error itself, where there is one: its causes are told too.
  process.stderr.write(`${renderFailure(thrown instanceof TrueupError ? thrown : failure, renderError)}\n`);
  if (failure.code === 'internal' && options.verbose && error instanceof Error)
    process.stderr.write(`${error.stack}\n`);
}
