/** `trueup logs`: what services wrote, several side by side, with every known secret masked. */
import type { LogOptions } from '../../drivers/log-line.ts';
import type { JsonObject } from '../../model/json.ts';
import { safeJson } from '../../report/safe-text.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT } from '../exit-status.ts';
import { followSecrets } from '../logs/following-secrets.ts';
import { followLogs } from '../logs/follow-logs.ts';
import { LineOutput } from '../logs/line-output.ts';
import { linePrefixes, lineText } from '../logs/line-text.ts';
import { selectForMasking } from '../logs/masked-selection.ts';
import { readLogs, type ServiceLine } from '../logs/read-logs.ts';
import { sinceOption, tailOption } from '../logs/since.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from '../options.ts';
import { loadOptions } from '../selecting.ts';
import { type ReachedService, reachServices } from '../services.ts';

interface LogsOptions extends GlobalOptions, InputOptions {
  readonly follow: boolean;
  readonly tail: number | 'all';
  readonly since?: string;
}

export const command: CommandDefinition = defineCommand<LogsOptions>({
  interrupt: 'quiet',
  configure(logs) {
    addInputOptions(logs)
      .description('Show what services wrote. With JSON: one document, or with --follow one object a line.')
      .argument('[environment or address...]', 'whose logs; all services when absent')
      .option('-f, --follow', 'go on as more is written, until Ctrl-C', false)
      .option('-n, --tail <lines>', 'only the last so many lines of each service', tailOption, 'all')
      .option('--since <time>', 'only what was written since: 10m, or 2026-01-31T10:00:00Z', sinceOption);
  },
  async run(context, words, options) {
    const workspace = await context.workspace('read');
    const selected = await selectForMasking(context, workspace, words, options);
    await using reached = await reachServices(workspace, selected, context.signal);
    if (reached.services.length === 0) {
      context.note('No service is declared here; VMs and clusters are named: `trueup logs vm.NAME`.');
    }
    const services = reached.services.filter((service) => hasRun(context, service, options.follow) || options.follow);
    const mask = (line: ServiceLine): ServiceLine => ({ ...line, line: workspace.vault.mask(line.line) });
    using output = new LineOutput(context.stdout);
    const signal = AbortSignal.any([context.signal, output.closed]);
    if (options.follow) {
      await using _ = followSecrets(workspace, selected, loadOptions(options, 'resolve'), signal);
      const format = context.output === 'json' ? lineJson : textFormat(context, services, selected.length > 1);
      try {
        await followLogs(services, logOptions(options), signal, (line) => output.write(format(mask(line))));
      } catch (error) {
        if (!signal.aborted) throw error;
      }
      return context.signal.aborted ? EXIT.interrupted : EXIT.done;
    }
    const lines = (await readLogs(services, logOptions(options), signal)).map(mask);
    if (context.output === 'json') context.printJson({ lines: lines.map(lineObject) });
    else {
      const format = textFormat(context, services, selected.length > 1);
      for (const line of lines) await output.write(format(line));
    }
    return EXIT.done;
  },
});

function logOptions({ tail, since }: LogsOptions): LogOptions {
  return { ...(tail === 'all' ? {} : { tail }), ...(since === undefined ? {} : { since }) };
}

/** Says of a service that never ran why there is nothing to show. */
function hasRun(context: CommandContext, { environment, resource, object }: ReachedService, follow: boolean): boolean {
  if (object !== null && object.status.run_state !== 'created') return true;
  const what = object === null ? 'was not created yet' : 'never ran';
  const next = follow ? ', and what it writes is shown then' : '';
  context.note(`${resource.key} ${what}; \`trueup apply ${environment.name}/${resource.address}\` starts it${next}.`);
  return false;
}

function textFormat(
  { render }: CommandContext,
  services: readonly ReachedService[],
  qualified: boolean,
): (line: ServiceLine) => string {
  const names = services.map(({ environment, resource }) => (qualified ? `${environment.name}/` : '') + resource.key);
  const prefixes = new Map(linePrefixes(names, render.color).map((prefix, index) => [services[index], prefix]));
  return ({ service, line }) => (prefixes.get(service) ?? '') + lineText(line, render.color);
}

function lineJson(line: ServiceLine): string {
  return safeJson(JSON.stringify(lineObject(line)));
}

function lineObject({ service, stream, at, line }: ServiceLine): JsonObject {
  return { environment: service.environment.name, address: service.resource.address, stream, at, line };
}
