/** Coverage for people: how much of each engine is managed, and on demand what is not. */
import type { Coverage, EngineCoverage, LocatedListing } from '../model/coverage.ts';
import { compareText } from '../model/json.ts';
import { coverageRatio } from './coverage-document.ts';
import { wrapParts } from './layout.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { countList, plural } from './words.ts';

/** One line for each engine on which something is nobody's; with `verbose` for all, and the names of what is not managed. */
export function coverageText(coverage: Coverage, options: RenderOptions): string {
  const isAll = options.verbose === true;
  const engines = coverage.engines.filter(({ unmanaged }) => isAll || unmanaged > 0);
  if (engines.length === 0) return '';
  const lines = engines.flatMap((engine) => [
    summaryLine(engine, coverage, options),
    ...(isAll ? listingLines(engine.engine, coverage, options) : []),
  ]);
  return ['Unmanaged:', ...lines].join('\n');
}

/** `  docker: 2 containers, 1 volume in no manifest; coverage 75 % (9 of 12)`. */
function summaryLine(counts: EngineCoverage, coverage: Coverage, options: RenderOptions): string {
  const { what, ratio } = coverageWords(counts, coverage);
  const hint = counts.unmanaged > 0 && options.verbose !== true ? '; --verbose lists them' : '';
  const head = `  ${safeText(counts.engine)}: ${what} in no manifest;`;
  return wrapParts([head, `${ratio}${hint}`.replace(/^; /, '')], options.width, 6);
}

export interface CoverageWords {
  /** `2 containers, 1 volume`, or `nothing`. */
  readonly what: string;
  /** `coverage 75 % (9 of 12); 3 of other environments or checkouts`; empty where there is nothing of either. */
  readonly ratio: string;
}

/** What is not managed on an engine, and what part of it is. */
export function coverageWords(counts: EngineCoverage, { unmanaged }: Pick<Coverage, 'unmanaged'>): CoverageWords {
  const { engine, managed, elsewhere } = counts;
  const kinds = Map.groupBy(
    unmanaged.filter((listing) => listing.engine === engine),
    ({ type }) => wordOf(type),
  );
  const words = [...kinds]
    .sort(([left], [right]) => compareText(left, right))
    .map(([word, { length }]) => plural(length, word))
    .join(', ');
  const ratio = coverageRatio(counts);
  const percent = ratio === null ? '' : `coverage ${percentText(ratio)} (${managed} of ${managed + counts.unmanaged})`;
  const others = elsewhere === 0 ? '' : countList([[elsewhere, 'of other environments or checkouts']]);
  return {
    what: words === '' ? 'nothing' : words,
    ratio: [percent, others].filter((part) => part !== '').join('; '),
  };
}

/** `container web`. */
export function listingWords({ type, name }: LocatedListing): string {
  return `${wordOf(type)} ${safeText(name)}`;
}

function listingLines(engine: string, { unmanaged, elsewhere }: Coverage, options: RenderOptions): readonly string[] {
  const isHere = (listing: LocatedListing): boolean => listing.engine === engine;
  return [
    ...unmanaged
      .filter(isHere)
      .map(({ type, name }) => wrapParts([`    ${wordOf(type)}`, safeText(name)], options.width, 6)),
    ...elsewhere.filter(isHere).map(({ type, name, ownership }) => {
      const whose = ownership === null ? '' : `${ownership.environment}/${ownership.address}`;
      const where = ownership?.checkout === null || ownership === null ? '' : ` of ${ownership.checkout}`;
      return wrapParts([`    ${wordOf(type)}`, safeText(name), `(${safeText(`${whose}${where}`)})`], options.width, 6);
    }),
  ];
}

/** Never 100 where something is left, and never 0 where something is managed. */
export function percentText(ratio: number): string {
  const percent = ratio * 100;
  const rounded = percent > 99 ? Math.floor(percent) : percent < 1 ? Math.ceil(percent) : Math.round(percent);
  return `${rounded} %`;
}

/** A service without a manifest is a container. */
export function wordOf(type: LocatedListing['type']): string {
  return type === 'service' ? 'container' : type;
}
