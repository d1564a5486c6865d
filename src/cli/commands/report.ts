/** `trueup report`: a report of a plan, a run, drift or a parity as one page. Asks no engine, and reads no manifest. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { findReport } from '../../flow/finding-report.ts';
import { readReportFile, writePageFile } from '../../flow/page-files.ts';
import { TrueupError } from '../../model/failure.ts';
import { isJsonObject } from '../../model/json.ts';
import { renderReportPage } from '../../report/page/render-page.ts';
import { readReport } from '../../report/reading/read-report.ts';
import { KEPT_KINDS, type KeptKind, type PageKind } from '../../report/reading/report.ts';
import { maskDocument } from '../../report/mask-document.ts';
import { safeText } from '../../report/safe-text.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT } from '../exit-status.ts';
import type { GlobalOptions } from '../options.ts';

interface ReportOptions extends GlobalOptions {
  readonly html?: string;
  readonly kind?: KeptKind;
}

/** Standard output. */
const STDOUT = '-';

export const command: CommandDefinition = defineCommand<ReportOptions>({
  configure(report) {
    report
      .description(
        'Make one page of the report of a plan, a run, drift or a parity: a file that needs nothing else. Without a path, reports are looked for in the reports folder.',
      )
      .argument(
        '[report]',
        'the path of a report, an environment, or the beginning of an id; the only environment when absent',
      )
      .option('--html <file>', 'where to write the page; - for standard output')
      .addOption(new Option('--kind <kind>', 'of what (default: the newest)').choices(KEPT_KINDS));
  },
  async run(context, words, options) {
    const { html } = options;
    assertUse(context, words, html);
    const path = await pathOf(context, words[0] ?? null, options.kind ?? null);
    const document = await readReportFile(path);
    const masked = isJsonObject(document) ? maskDocument(document, (text) => context.mask(text)) : document;
    const report = readReport(masked, path);
    assertKind(report.kind, options.kind ?? null, path);
    if (html !== undefined) await write(context, html, renderReportPage(report));
    if (context.output === 'json' && isJsonObject(document)) context.printJson(document);
    return EXIT.done;
  },
});

function assertUse({ output }: CommandContext, words: readonly string[], html: string | undefined): void {
  if (words.length > 1) throw new TrueupError('usage', 'a page is of one report', { next: 'name one report' });
  if (html === undefined && output !== 'json') {
    throw new TrueupError('usage', '--html is missing', { next: 'say where to write it: `trueup report --html FILE`' });
  }
  if (html === STDOUT && output === 'json') {
    throw new TrueupError('usage', '--html - and --output json both want standard output', { next: 'name a file' });
  }
}

/** What lies there is meant, before anything that only has such a name. */
async function pathOf(context: CommandContext, word: string | null, kind: KeptKind | null): Promise<string> {
  if (word !== null && isPath(context, word)) return resolve(context.directory, word);
  const { repository, settings } = await context.workspace('read');
  const found = await findReport(resolve(repository.root, settings.folders.reports), word, kind);
  return found.path;
}

function isPath({ directory }: CommandContext, word: string): boolean {
  if (word.includes('/') || word.endsWith('.json')) return true;
  return statSync(resolve(directory, word), { throwIfNoEntry: false })?.isFile() === true;
}

function assertKind(found: PageKind, wanted: KeptKind | null, path: string): void {
  if (wanted === null || wanted === found) return;
  throw new TrueupError('usage', `${safeText(path)} is the report of a ${found}, and --kind asks for a ${wanted}`, {
    next: `leave --kind out, or name the report of a ${wanted}`,
  });
}

async function write(context: CommandContext, html: string, page: string): Promise<void> {
  if (html === STDOUT) {
    context.stdout.write(page);
    return;
  }
  await writePageFile(resolve(context.directory, html), page);
  const kilobytes = Math.max(1, Math.round(Buffer.byteLength(page) / 1024));
  context.print(`Wrote ${safeText(html)} (${kilobytes} KB).`);
}
