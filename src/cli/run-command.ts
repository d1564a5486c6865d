/** Runs the action of a command: sets its context up, prints what it throws, and ends with its exit status. */
import { hasErrors } from '../model/diagnostic.ts';
import { failureOf, InvalidManifestsError, TrueupError } from '../model/failure.ts';
import { type CommandContext, commandContext } from './context.ts';
import { EXIT, exitStatusOf } from './exit-status.ts';
import { type Host, THIS_PROCESS } from './host.ts';
import type { InterruptMode } from './interrupts.ts';
import { SILENT } from './log.ts';
import { openLog } from './open-log.ts';
import { type GlobalOptions, outputOf } from './options.ts';

export type Action = (context: CommandContext) => Promise<number>;

/** Never rejects. The exit status becomes the status of the process once its streams are flushed. */
export async function runCommand(
  options: GlobalOptions,
  action: Action,
  { host = THIS_PROCESS, interrupt = 'announce' }: { readonly host?: Host; readonly interrupt?: InterruptMode } = {},
): Promise<void> {
  let output = 'text';
  let context: CommandContext | null = null;
  using interrupts = host.interrupts(interrupt);
  try {
    output = outputOf(options);
    const log = await openLog(options.verbose);
    context = commandContext({ ...options, output, signal: interrupts.signal, log, host });
    host.end(await action(context));
  } catch (error) {
    host.end(interrupts.signal.aborted ? EXIT.interrupted : exitStatusOf(error));
    const printing = context ?? commandContext({ ...options, output, signal: interrupts.signal, log: SILENT, host });
    await printError(error, printing, interrupts.signal.aborted);
  }
}

async function printError(error: unknown, context: CommandContext, interrupted: boolean): Promise<void> {
  const thrown = interrupted ? new TrueupError('interrupted', 'interrupted; nothing more was done') : error;
  const failure = failureOf(thrown);
  const diagnostics = thrown instanceof InvalidManifestsError ? thrown.diagnostics : [];
  if (context.output === 'json') {
    const { failureDocument } = await import('../report/failure-document.ts');
    context.printJson(failureDocument(failure, diagnostics));
    return;
  }
  const lines: string[] = [];
  if (hasErrors(diagnostics)) {
    const { diagnosticsText } = await import('./diagnostics.ts');
    const readFrom = thrown instanceof InvalidManifestsError ? thrown.readFrom : null;
    if (readFrom !== null) lines.push(`At ${readFrom.commit.slice(0, 12)}:`);
    lines.push(await diagnosticsText(diagnostics, context.directory, context.renderError, readFrom));
    const { wrapWords } = await import('../report/layout.ts');
    if (failure.next !== null) lines.push('', wrapWords(`next: ${failure.next}`, context.renderError.width, 2));
  } else {
    const { renderFailure } = await import('../report/failure-text.ts');
    // The error itself, where there is one: its causes are told too.
    lines.push(renderFailure(thrown instanceof TrueupError ? thrown : failure, context.renderError));
  }
  if (failure.code === 'internal' && context.verbose && error instanceof Error) lines.push(error.stack ?? '');
  context.stderr.write(`${context.mask(lines.join('\n'))}\n`);
}
