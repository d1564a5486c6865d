/** Replaces secrets in text. Overlapping finds are blotted out together, so that no end of one is left standing. */
import { MASK } from '../model/secret.ts';
import { secretForms } from './secret-forms.ts';

export interface Masker {
  add(plain: string): void;
  mask(text: string): string;
}

/** The pattern is built once, at the first call after a new secret. */
export function masker(): Masker {
  const forms = new Set<string>();
  let pattern: RegExp | null = null;
  return {
    add(plain) {
      const before = forms.size;
      for (const form of secretForms(plain)) forms.add(form);
      if (forms.size !== before) pattern = null;
    },
    mask(text) {
      if (forms.size === 0) return text;
      pattern ??= patternOf(forms);
      return replaceFound(text, pattern);
    },
  };
}

/** The longest first. The mask itself is found too, so that masking twice changes nothing. */
function patternOf(forms: ReadonlySet<string>): RegExp {
  const ordered = [...forms, MASK].sort((left, right) => right.length - left.length);
  return new RegExp(ordered.map((form) => RegExp.escape(form)).join('|'), 'g');
}

function replaceFound(text: string, pattern: RegExp): string {
  let masked = '';
  let done = 0;
  for (const [start, end] of findings(text, pattern)) {
    masked += text.slice(done, start) + MASK;
    done = end;
  }
  return masked + text.slice(done);
}

/** Ranges that hold a secret, those that overlap as one. */
function findings(text: string, pattern: RegExp): readonly (readonly [start: number, end: number])[] {
  const found: [number, number][] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const end = match.index + match[0].length;
    const last = found.at(-1);
    if (last !== undefined && match.index < last[1]) last[1] = Math.max(last[1], end);
    else found.push([match.index, end]);
    pattern.lastIndex = match[0] === MASK ? end : match.index + 1;
  }
  return found;
}
