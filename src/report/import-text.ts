/** An import for people: what was written first, then what they have to know, and what to do next in the last lines. */
import type { ImportRemark, ImportReport } from './import.ts';
import { wrapParts } from './layout.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { listed, plural } from './words.ts';

const TITLES: Readonly<Record<ImportRemark['kind'], string>> = {
  plain_secret: 'Before you commit:',
  will_change: 'Will change:',
  not_expressed: 'Not expressed, and left as it is by an ignore rule:',
  not_carried: 'Not carried:',
  renamed: 'Renamed:',
  information: 'Worth knowing:',
};

export function importText(report: ImportReport, options: RenderOptions): string {
  const blocks = [
    [headText(report), ...report.created.map((file) => `  ${safeText(file)}`), ...ignoredLines(report)],
    secretLines(report, options),
    ...Object.keys(TITLES).map((kind) => remarkLines(report, kind, options)),
    leftLines(report, options),
    report.stopped.length === 0
      ? []
      : [wrapParts(['Stays stopped:', listed(report.stopped.map(safeText), 8)], options.width, 2)],
    ['Next:', ...report.next.map((line) => `  ${safeText(line)}`)],
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function headText({ environment, resources }: ImportReport): string {
  const { services, networks, volumes } = resources;
  const counts = [plural(services, 'service'), plural(networks, 'network'), plural(volumes, 'volume')].join(', ');
  return `Imported ${counts} as ${safeText(environment)}:`;
}

function ignoredLines({ ignored }: ImportReport): readonly string[] {
  return ignored.length === 0 ? [] : [`Added ${ignored.map(safeText).join(' and ')} to .gitignore`];
}

/** Names alone. */
function secretLines({ secrets }: ImportReport, options: RenderOptions): readonly string[] {
  if (secrets.length === 0) return [];
  const lines = secrets.map(({ file, used_by }) =>
    wrapParts([`  ${safeText(file)}:`, listed(used_by.map(safeText), 5)], options.width, 6),
  );
  return ['Taken for secrets, in files that git ignores:', ...lines];
}

function remarkLines({ notes }: ImportReport, kind: string, options: RenderOptions): readonly string[] {
  const found = notes.filter((note) => note.kind === kind);
  const title = Object.entries(TITLES).find(([name]) => name === kind)?.[1] ?? '';
  const byText = [...Map.groupBy(found, ({ address }) => address)];
  return found.length === 0 ? [] : [title, ...byText.map(([address, of]) => remarkLine(address, of, options))];
}

function remarkLine(address: string, notes: readonly ImportRemark[], options: RenderOptions): string {
  const texts = notes.map(({ text }, index) => `${safeText(text)}${index < notes.length - 1 ? ';' : ''}`);
  return wrapParts([`  ${safeText(address)}:`, ...texts], options.width, 6);
}

function leftLines({ left_out: left }: ImportReport, options: RenderOptions): readonly string[] {
  if (left.length === 0) return [];
  const lines = left.map(({ name, reason }) => wrapParts([`  ${safeText(name)}:`, safeText(reason)], options.width, 6));
  return ['Left out:', ...lines];
}
