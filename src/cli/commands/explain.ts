/** `trueup explain`: one resource field by field, who wrote what is declared, and why the next plan does what it does. */
import type { FieldValues } from '../../diff/explain.ts';
import { fieldsNamed } from '../../diff/named-fields.ts';
import { explainResource } from '../../flow/explaining.ts';
import { type Planned, planFlow } from '../../flow/planning.ts';
import { undeclaredIn, undeclaredNamed } from '../../flow/undeclared.ts';
import type { Workspace } from '../../flow/workspace.ts';
import type { LoadedEnvironment } from '../../manifest/environment.ts';
import type { Address } from '../../model/address.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { TrueupError } from '../../model/failure.ts';
import { nearest } from '../../model/nearest.ts';
import { explainDocument } from '../../report/explain-document.ts';
import { renderExplanation } from '../../report/explain-text.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT } from '../exit-status.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from '../options.ts';
import { planOptions } from '../planning.ts';
import { loadSelected } from '../selecting.ts';
import { warnOfProblem } from '../warnings.ts';

interface ExplainOptions extends GlobalOptions, InputOptions {
  readonly all: boolean;
}

export const command: CommandDefinition = defineCommand<ExplainOptions>({
  configure(explain) {
    addInputOptions(explain)
      .description(
        'Explain one resource: each field as it is declared, by whom, as it was applied and as it is, and why the next plan does what it does. Changes nothing.',
      )
      .argument('<address>', 'what to explain, such as `web` or `local/service.web`')
      .argument('[field]', 'only this field and what lies below it, such as `container.image`')
      .option('--all', 'every field that has a value, defaults too', false);
  },
  run: explainCommand,
});

async function explainCommand(
  context: CommandContext,
  words: readonly string[],
  options: ExplainOptions,
): Promise<number> {
  const [word = '', field] = words;
  const workspace = await context.workspace('read');
  await using target = await targetOf(context, workspace, word, options);
  const { planned, address } = target;
  warnOfProblem(context, planned.problem);
  const declared: DesiredEnvironment & Partial<Pick<LoadedEnvironment, 'declarationOf'>> = planned.declared;
  const isAll = options.all || options.verbose;
  const explanation = await explainResource(
    workspace,
    {
      planned,
      address,
      now: Date.now(),
      declarationOf: (path) => declared.declarationOf?.(address, path) ?? null,
      shown: (fields) => (field === undefined ? fields.filter((one) => isAll || isTold(one)) : named(field, fields)),
    },
    context.signal,
  );
  context.print(renderExplanation(explanation, context.render));
  if (context.output === 'json') context.printJson(explainDocument(explanation));
  return explanation.complete ? EXIT.done : EXIT.error;
}

/** What somebody declares, and what differs. */
function isTold({ origin, difference, ignored }: FieldValues): boolean {
  return origin === 'manifest' || origin === 'intent' || difference !== null || ignored;
}

function named(text: string, fields: readonly FieldValues[]): readonly FieldValues[] {
  const paths = fields.map(({ field_path: path }) => path);
  const found = fieldsNamed(text, paths);
  if (found.status === 'found') return fields.filter(({ field_path: path }) => found.fields.has(path));
  const next =
    found.suggestion === null ? '`--all` shows every field that has a value' : `did you mean ${found.suggestion}?`;
  throw new TrueupError('usage', `it has no field "${text}" with a value`, { next });
}

interface Target extends AsyncDisposable {
  readonly planned: Planned;
  readonly address: Address;
}

async function targetOf(
  context: CommandContext,
  workspace: Workspace,
  word: string,
  options: ExplainOptions,
): Promise<Target> {
  try {
    const load = { secrets: 'resolve', without: 'all' } as const;
    const [selection] = await loadSelected(context, workspace, [word], options, load);
    const [address] = selection?.addresses ?? [];
    if (selection === undefined || address === undefined) throw environmentNamed(word, selection?.environment);
    return targetIn(await planFlow(workspace, selection.environment, planOptions(), context.signal), address);
  } catch (error) {
    if (!(error instanceof TrueupError) || error.code !== 'address_not_found') throw error;
    const found = await undeclaredTarget(context, workspace, word, options);
    if (found !== null) return found;
    throw error;
  }
}

/** What no manifest declares any more may still be there, or recorded. */
async function undeclaredTarget(
  context: CommandContext,
  workspace: Workspace,
  word: string,
  options: ExplainOptions,
): Promise<Target | null> {
  const all = await loadSelected(context, workspace, [], options, { secrets: 'resolve', without: 'all' });
  const known: string[] = [];
  for (const { environment } of all) {
    const prefix = `${environment.name}/`;
    const key = word.startsWith(prefix) ? word.slice(prefix.length) : word;
    const planned = await planFlow(workspace, environment, planOptions(), context.signal);
    const undeclared = undeclaredIn(planned, workspace.owners);
    const address = undeclaredNamed(key, undeclared);
    if (address !== null) return targetIn(planned, address);
    known.push(...undeclared);
    await planned[Symbol.asyncDispose]();
  }
  const suggestion = nearest(word, known);
  if (suggestion === null) return null;
  throw new TrueupError('address_not_found', `no environment or resource is called "${word}"`, {
    next: `did you mean "${suggestion}", which no manifest declares any more?`,
  });
}

function targetIn(planned: Planned, address: Address): Target {
  return { planned, address, [Symbol.asyncDispose]: () => planned[Symbol.asyncDispose]() };
}

function environmentNamed(word: string, environment: DesiredEnvironment | undefined): TrueupError {
  const [first] = environment?.resources.keys() ?? [];
  return new TrueupError('usage', `"${word}" is a whole environment, and explain is about one resource`, {
    next: first === undefined ? 'name a resource' : `name one, such as ${word}/${first}`,
  });
}
