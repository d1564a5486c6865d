/**
 * `trueup history`: the runs that changed something, how they ended and how long they took; of a VM that is named, the
 * configurations that were applied. Needs no engine.
 */
import { environmentNotFound, loadDesired } from '../../flow/load.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { parseQualifiedAddress, typeOf } from '../../model/address.ts';
import type { EnvironmentHistory } from '../../report/history.ts';
import { historyDocument } from '../../report/history-document.ts';
import { renderHistory } from '../../report/history-text.ts';
import { readHistory, rememberedEnvironments } from '../../state/history.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT } from '../exit-status.ts';
import { type GlobalOptions, wholeNumber } from '../options.ts';
import { showConfigurations } from '../vm-configurations.ts';
import { warnOfProblem } from '../warnings.ts';

interface HistoryOptions extends GlobalOptions {
  readonly limit?: number;
}

const DEFAULT_LIMIT = 20;

export const command: CommandDefinition = defineCommand<HistoryOptions>({
  configure(history) {
    history
      .description(
        'Show the runs that changed something: when, at which revision, how they ended. Newest first. Of a VM: the configurations that were applied.',
      )
      .argument('[environment or VM...]', 'whose runs to show; all environments when absent')
      .option('--limit <n>', `show this many of each (default: ${DEFAULT_LIMIT})`, wholeNumber(1));
  },
  async run(context, words, { limit = DEFAULT_LIMIT }) {
    const workspace = await context.workspace('read');
    if (words.length > 0 && words.every(namesVm)) return showConfigurations(context, workspace, words, limit);
    const names = await namesOf(context, workspace, words);
    const environments: EnvironmentHistory[] = [];
    for (const name of names) {
      const { entries, problem } = await readHistory(workspace.state, name);
      warnOfProblem(context, problem);
      environments.push({ name, runs: entries.toReversed().slice(0, limit) });
    }
    if (context.output === 'json') context.printJson(historyDocument(environments));
    context.print(renderHistory(environments, context.render));
    return EXIT.done;
  },
});

function namesVm(word: string): boolean {
  const named = parseQualifiedAddress(word);
  return named !== null && typeOf(named.address) === 'vm';
}

/** What is remembered outlives its manifests; what has none yet is known by them. */
async function namesOf(
  context: CommandContext,
  workspace: Workspace,
  words: readonly string[],
): Promise<readonly string[]> {
  const remembered = await rememberedEnvironments(workspace.state);
  if (words.length === 0) return remembered;
  const unknown = words.filter((word) => !remembered.includes(word));
  if (unknown.length > 0) {
    const options = { variables: {}, profiles: [], secrets: 'leave' } as const;
    const { environments } = await loadDesired(workspace, options, context.signal);
    const known = [...new Set([...remembered, ...environments.map(({ name }) => name)])];
    for (const word of unknown) if (!known.includes(word)) throw environmentNotFound(word, known);
  }
  return [...new Set(words)];
}
