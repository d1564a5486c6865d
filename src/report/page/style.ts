/** The style of every page: that of its parts, of pictures, of narrow screens and of paper. One text, so that it has one hash. */
import { SVG_STYLE } from '../picture/svg-style.ts';
import { BASE_STYLE } from './style-base.ts';
import { colorStyle } from './style-colors.ts';
import { ITEM_STYLE } from './style-items.ts';
import { NARROW_STYLE, PRINT_STYLE } from './style-media.ts';
import { PARITY_STYLE } from './style-parity.ts';
import { TABLE_STYLE } from './style-tables.ts';

export const PAGE_STYLE: string = [
  colorStyle(),
  BASE_STYLE,
  ITEM_STYLE,
  TABLE_STYLE,
  PARITY_STYLE,
  SVG_STYLE,
  // The ground of a picture is that of the page.
  '.graph .trueup .page{fill:var(--surface)}',
  NARROW_STYLE,
  PRINT_STYLE,
].join('');
