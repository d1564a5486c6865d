/** `trueup graph`: an environment as a drawing, or with `--plan` what a plan would change in it. */
import { planFlow } from '../../flow/planning.ts';
import { type Selected, withDependencies } from '../../flow/selection.ts';
import type { Workspace } from '../../flow/workspace.ts';
import type { Change } from '../../model/change.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { TrueupError } from '../../model/failure.ts';
import { renderDot, renderMermaid } from '../../report/graph.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT } from '../exit-status.ts';
import { graphDocument } from '../graph-document.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from '../options.ts';
import { planOptions, targetsOf } from '../planning.ts';
import { loadSelected } from '../selecting.ts';
import { warnOfProblem } from '../warnings.ts';

interface GraphOptions extends GlobalOptions, InputOptions {
  readonly plan: boolean;
}

export const command: CommandDefinition = defineCommand<GraphOptions>({
  formats: ['mermaid', 'dot', 'svg'],
  configure(graph) {
    addInputOptions(graph)
      .description('Draw resources and what they depend on, as Mermaid (the text form), DOT (Graphviz) or an SVG file.')
      .argument('[environment or address...]', 'what to draw, with its dependencies; the only environment when absent')
      .option('--plan', 'mark what a plan would change, and what restarts or is reconnected along with it', false);
  },
  async run(context, words, options) {
    const workspace = await context.workspace('read');
    const secrets = options.plan ? 'resolve' : 'leave';
    const selected = await loadSelected(context, workspace, words, options, { secrets, without: 'only' });
    const [selection, ...more] = selected;
    if (selection === undefined || more.length > 0) throw oneDrawing(selected);
    const changes = options.plan ? await plannedChanges(context, workspace, selection) : null;
    const drawn = narrowed(selection);
    if (context.output === 'json') context.printJson(graphDocument(drawn, changes ?? []));
    else context.print(await drawing(context.output, drawn, changes));
    return EXIT.done;
  },
});

/** `changes` is `null` where no plan was asked for. Only a picture needs what lays it out. */
async function drawing(format: string, drawn: DesiredEnvironment, changes: readonly Change[] | null): Promise<string> {
  if (format === 'dot') return renderDot(drawn, changes ?? []);
  if (format !== 'svg') return renderMermaid(drawn, changes ?? []);
  const { environmentPicture } = await import('../../report/picture/environment-picture.ts');
  const { renderSvg } = await import('../../report/picture/svg.ts');
  return renderSvg(environmentPicture(drawn, changes));
}

async function plannedChanges(
  context: CommandContext,
  workspace: Workspace,
  selection: Selected,
): Promise<readonly Change[]> {
  const options = planOptions({ targets: targetsOf(selection) });
  await using planned = await planFlow(workspace, selection.environment, options, context.signal);
  warnOfProblem(context, planned.problem);
  return planned.plan.changes;
}

function narrowed({ environment, addresses }: Selected): DesiredEnvironment {
  if (addresses.length === 0) return environment;
  const wanted = withDependencies(environment, addresses);
  return { ...environment, resources: new Map([...environment.resources].filter(([address]) => wanted.has(address))) };
}

function oneDrawing(selected: readonly Selected[]): TrueupError {
  const names = selected.map(({ environment }) => environment.name).join(', ');
  return new TrueupError('usage', 'a drawing shows one environment', { next: `name one of: ${names}` });
}
