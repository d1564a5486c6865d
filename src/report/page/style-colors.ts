/** Colours by day and by night: those of pictures, as properties. Who reads says which, by the setting of the system. */
import { type Colors, DARK, LIGHT } from '../picture/colors.ts';

interface Extra {
  readonly surface: string;
  readonly rule: string;
  readonly link: string;
}

export function colorStyle(): string {
  const light = `:root{color-scheme:light dark;${properties(LIGHT, { surface: '#ffffff', rule: '#d1d9e0', link: '#0550ae' })}}`;
  const dark = `:root{${properties(DARK, { surface: '#0d1117', rule: '#3d444d', link: '#79c0ff' })}}`;
  const tints = Object.keys(LIGHT.marks).map(
    (tint) => `.${tint}{--fill:var(--${tint}-fill);--line:var(--${tint}-line)}`,
  );
  return [light, `@media (prefers-color-scheme:dark){${dark}}`, ...tints].join('');
}

function properties({ text, faint, box, frame, marks }: Colors, { surface, rule, link }: Extra): string {
  const own = { surface, rule, link, text, faint, box, frame };
  const tints = Object.entries(marks).flatMap(([tint, [fill, line]]) => [
    `--${tint}-fill:${fill}`,
    `--${tint}-line:${line}`,
  ]);
  return [...Object.entries(own).map(([name, value]) => `--${name}:${value}`), ...tints].join(';');
}
