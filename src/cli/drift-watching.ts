/** `trueup drift --watch`: the whole report, and then what drifts and what is mended, as it happens, until Ctrl-C. */
import type { LoadOptions } from '../flow/load.ts';
import type { Selected } from '../flow/selection.ts';
import type { Workspace } from '../flow/workspace.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { TrueupError } from '../model/failure.ts';
import { driftDocument } from '../report/drift-document.ts';
import { driftChangeDocument, driftChangeText, type DriftNews } from '../report/drift-change.ts';
import { masked } from './masked.ts';
import { renderDrift } from '../report/drift-text.ts';
import { safeJson, safeText } from '../report/safe-text.ts';
import { maskDocument } from '../report/mask-document.ts';
import type { JsonObject } from '../model/json.ts';
import { formatSource } from '../model/source.ts';
import { type DriftListener, watchDrift } from '../serve/drift-watch.ts';
import type { CommandContext } from './context.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { LineOutput } from './logs/line-output.ts';
import { warnOfProblem } from './warnings.ts';

/** Refuses what can only be said of one report. */
export function assertWatchable(
  context: CommandContext,
  options: { readonly write: boolean; readonly filesystem: boolean },
): void {
  if (options.write) {
    throw new TrueupError('usage', '--watch and --write contradict each other', {
      next: 'watch until you have seen enough, and then write',
    });
  }
  if (options.filesystem) {
    throw new TrueupError('usage', '--watch and --filesystem contradict each other: no engine tells of changed files', {
      next: 'leave out one of them',
    });
  }
  if (context.output === 'text' || context.output === 'json') return;
  throw new TrueupError('usage', `--watch prints text or JSON lines, and no ${context.output}`, {
    next: 'leave out --format, or --watch',
  });
}

export async function followDrift(
  context: CommandContext,
  workspace: Workspace,
  selected: readonly Selected[],
  load: LoadOptions,
): Promise<ExitStatus> {
  using output = new LineOutput(context.stdout);
  const left = new AbortController();
  const over = AbortSignal.any([context.signal, output.closed]);
  const signal = AbortSignal.any([over, left.signal]);
  try {
    await Promise.all(
      selected.map(({ environment, addresses }) => {
        const listener = listenerOf(context, environment.name, output, selected.length > 1);
        return watchDrift(workspace, { environment, load, targets: new Set(addresses) }, listener, signal);
      }),
    );
  } catch (error) {
    if (!over.aborted) throw error;
  } finally {
    // Where one environment cannot be watched any more, nobody watches the others.
    left.abort();
  }
  return context.signal.aborted ? EXIT.interrupted : EXIT.done;
}

function placeText({ source }: Diagnostic): string {
  return source === null ? '' : `${formatSource(source)}: `;
}

function listenerOf(
  context: CommandContext,
  environment: string,
  output: LineOutput,
  isQualified: boolean,
): DriftListener {
  const isJson = context.output === 'json';
  const line = (document: JsonObject): string => safeJson(JSON.stringify(maskDocument(document, context.mask)));
  const tell = (what: DriftNews['what']): Promise<void> => {
    const news = { at: new Date(), environment, what };
    return output.write(
      isJson ? line(driftChangeDocument(news)) : context.mask(driftChangeText(news, context.render, isQualified)),
    );
  };
  return {
    async began({ plan, problem }) {
      warnOfProblem(context, problem);
      const text = isJson
        ? line(driftDocument(plan))
        : context.mask(renderDrift(masked(context, plan), context.render));
      await output.write(text);
    },
    async changed(changes) {
      for (const change of changes) await tell(change);
    },
    mistaken(diagnostics) {
      const found = diagnostics.find(({ severity }) => severity === 'error');
      const what = found === undefined ? '' : `${placeText(found)}${found.summary}; `;
      const rest = 'what was valid last is compared; `trueup validate` says all';
      context.note(`warning: ${safeText(environment)}: ${safeText(what)}${rest}`);
    },
    gone(targets) {
      const what = targets.length < 2 ? `${targets[0] ?? 'it'} is` : `${targets.join(', ')} are`;
      const rest = 'what was declared last is compared until it is back';
      context.note(`warning: ${safeText(environment)}: ${safeText(what)} declared no more; ${rest}`);
    },
    polling: (why) =>
      context.note(`files are looked at every half second, because they cannot be watched: ${safeText(why)}`),
    engine: (engine, reason) =>
      tell(reason === null ? { kind: 'engine_back', engine } : { kind: 'engine_lost', engine, reason }),
  };
}
