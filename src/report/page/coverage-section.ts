/** Coverage as sections: how much of each engine is managed, what is nobody's, and what belongs elsewhere. */
import { percentText, wordOf } from '../coverage-text.ts';
import type { ToldCoverage, ToldDrift } from '../reading/report.ts';
import { type Content, el } from './html.ts';
import type { Section } from './page.ts';
import { tableHtml } from './table.ts';

/** None where nobody looked around. */
export function coverageSections({ coverage, unmanaged, elsewhere }: ToldDrift): readonly Section[] {
  if (coverage === null) return [];
  const columns = ['Engine', 'Coverage', 'Managed', 'In no manifest', 'Of others'];
  const engines = coverage.engines.map(({ engine, ...counts }) => countCells(el('code', {}, engine), counts));
  const rows = engines.length > 1 ? [...engines, countCells('all', coverage)] : engines;
  const content = [tableHtml({ caption: 'How much of each engine is managed', columns, rows })];
  return [
    { id: 'coverage', title: 'Coverage', content },
    ...listSection({
      id: 'unmanaged',
      title: 'In no manifest',
      caption: 'Unmanaged, and never touched',
      columns: ['Name', 'Kind', 'Engine'],
      rows: unmanaged.map(nameCells),
    }),
    ...listSection({
      id: 'elsewhere',
      title: 'Of other environments or checkouts',
      caption: 'Managed elsewhere, and never touched',
      columns: ['Name', 'Kind', 'Engine', 'Whose', 'Checkout'],
      rows: elsewhere.map((listing) => {
        const { environment, address, checkout } = listing;
        const whose = [environment, address].filter((part) => part !== null).join('/');
        return [...nameCells(listing), whose, checkout ?? ''];
      }),
    }),
  ];
}

function countCells(name: Content, { managed, unmanaged, elsewhere, ratio }: ToldCoverage): readonly Content[] {
  return [
    name,
    ratio === null ? 'nothing there' : percentText(ratio),
    String(managed),
    String(unmanaged),
    String(elsewhere),
  ];
}

function nameCells({ name, type, engine }: ToldDrift['unmanaged'][number]): readonly Content[] {
  return [el('code', {}, name), wordOf(type), el('code', {}, engine)];
}

interface Listings {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Content[])[];
}

function listSection({ id, title, caption, columns, rows }: Listings): readonly Section[] {
  if (rows.length === 0) return [];
  return [{ id, title, content: tableHtml({ caption, columns, rows }) }];
}
