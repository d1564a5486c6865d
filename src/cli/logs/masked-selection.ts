/** Load and select for commands that print what services say: with the secrets resolved, so that they can be masked. */
import type { Selected } from '../../flow/selection.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { InvalidManifestsError, TrueupError } from '../../model/failure.ts';
import type { CommandContext } from '../context.ts';
import type { InputOptions } from '../options.ts';
import { loadSelected } from '../selecting.ts';

/** A secret that cannot be resolved now is no reason to hide the logs of a service that fails because of it. */
export async function selectForMasking(
  context: CommandContext,
  workspace: Workspace,
  words: readonly string[],
  inputs: InputOptions,
): Promise<readonly Selected[]> {
  try {
    return await loadSelected(context, workspace, words, inputs, { secrets: 'resolve', without: 'all' });
  } catch (error) {
    if (!isAboutSecrets(error)) throw error;
    context.note('warning: a secret cannot be resolved, so its value is not masked in what follows');
    return loadSelected(context, workspace, words, inputs, { secrets: 'leave', without: 'all' });
  }
}

function isAboutSecrets(error: unknown): boolean {
  if (error instanceof InvalidManifestsError) {
    return error.diagnostics.every(({ code, severity }) => severity !== 'error' || code === 'invalid_secret');
  }
  return error instanceof TrueupError && error.code === 'secret_unavailable';
}
