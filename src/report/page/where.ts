/** Where something is: its physical name, its engine, and the line that declares it or, of what is declared no more, declared it. */
import type { LastSource, SourceRange } from '../../model/source.ts';
import { placeText } from '../formats/place-text.ts';
import { el, type Html } from './html.ts';

interface Whereabouts {
  readonly name: string;
  readonly engine: string;
  /** `null` for what is declared nowhere; absent where each difference has a line of its own. */
  readonly source?: SourceRange | null;
  readonly last_source?: LastSource;
  readonly depends_on?: readonly string[];
}

const SHORT_COMMIT = 7;

export function whereHtml({ name, engine, source, last_source: last, depends_on: needs = [] }: Whereabouts): Html {
  return el(
    'p',
    { class: 'where' },
    el('code', {}, name),
    ' on ',
    el('code', {}, engine),
    last === undefined ? declaredHtml(source) : lastDeclaredHtml(last),
    needs.length === 0 ? '' : `, depends on ${needs.join(', ')}`,
  );
}

function declaredHtml(source: SourceRange | null | undefined): readonly (Html | string)[] {
  if (source === undefined) return [];
  return source === null ? [', declared nowhere'] : [', declared at ', el('code', {}, placeText(source))];
}

function lastDeclaredHtml(last: LastSource): readonly (Html | string)[] {
  const commit = el('code', {}, last.commit.slice(0, SHORT_COMMIT));
  return [', was declared at ', el('code', {}, placeText(last)), ' at ', commit];
}
