/** `environments/local/web.yaml:9:7`, safe on one line; empty where nothing is declared. */
import { formatSource, type SourceRange } from '../../model/source.ts';
import { safeText, shorten } from '../safe-text.ts';

const LONGEST_PLACE = 300;

export function placeText(source: SourceRange | null): string {
  return source === null ? '' : shorten(safeText(formatSource(source)), LONGEST_PLACE);
}
