/**
 * The grammar of interpolation, as Compose defines it: `$V`, `${V}`, `${V:-d}`, `${V-d}`, `${V:?e}`, `${V?e}`,
 * `${V:+r}`, `${V+r}`, with templates inside operands, and `$$` for a dollar. Pure: values come from elsewhere.
 */

export type Operator = '' | '-' | ':-' | '?' | ':?' | '+' | ':+';

export interface Substitution {
  readonly name: string;
  readonly operator: Operator;
  readonly operand: readonly TemplatePart[];
  /** As written, from `$` to the end of the name: what to look for in the source. */
  readonly written: string;
}

export type TemplatePart = string | Substitution;

/** Where the text stops being a template. */
export interface TemplateError {
  readonly offset: number;
}

export type Template =
  | { readonly parts: readonly TemplatePart[]; readonly error: null }
  | { readonly parts: null; readonly error: TemplateError };

/** Templates nest at most so deep. */
const MAX_DEPTH = 32;

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const OPERATOR = /:?[-?+]/y;

/** With `looseDollars` a dollar that begins no variable stands for itself, as in paths and patterns that end in one. */
export function parseTemplate(text: string, looseDollars = false): Template {
  const parser = new Parser(text, looseDollars);
  const parts = parser.parts(0);
  return parts === null ? { parts: null, error: { offset: parser.failedAt } } : { parts, error: null };
}

class Parser {
  failedAt = 0;
  readonly #text: string;
  readonly #looseDollars: boolean;
  #offset = 0;

  constructor(text: string, looseDollars: boolean) {
    this.#text = text;
    this.#looseDollars = looseDollars;
  }

  /** Up to the end of the text; inside braces, up to the brace that closes them. `null` when it is no template. */
  parts(depth: number): readonly TemplatePart[] | null {
    const parts: TemplatePart[] = [];
    let literal = '';
    while (this.#offset < this.#text.length) {
      const character = this.#text.charAt(this.#offset);
      if (depth > 0 && character === '}') break;
      if (character !== '$') {
        literal += character;
        this.#offset += 1;
        continue;
      }
      if (this.#text.charAt(this.#offset + 1) === '$') {
        literal += '$';
        this.#offset += 2;
        continue;
      }
      const start = this.#offset;
      const substitution = depth < MAX_DEPTH ? this.#substitution(depth) : this.#fail(start);
      if (substitution === null && !this.#looseDollars) return null;
      if (substitution === null) {
        literal += '$';
        this.#offset = start + 1;
        continue;
      }
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push(substitution);
    }
    if (literal !== '') parts.push(literal);
    return parts;
  }

  #substitution(depth: number): Substitution | null {
    const start = this.#offset;
    const isBraced = this.#text.charAt(start + 1) === '{';
    const name = this.#match(NAME, start + (isBraced ? 2 : 1));
    if (name === '') return this.#fail(start);
    const written = this.#text.slice(start, this.#offset);
    if (!isBraced) return { name, operator: '', operand: [], written };
    const operator = this.#match(OPERATOR, this.#offset);
    const operand = operator === '' ? [] : this.parts(depth + 1);
    if (operand === null) return null;
    if (this.#text.charAt(this.#offset) !== '}') return this.#fail(start);
    this.#offset += 1;
    return { name, operator: isOperator(operator) ? operator : '', operand, written };
  }

  #match(pattern: RegExp, offset: number): string {
    pattern.lastIndex = offset;
    const text = pattern.exec(this.#text)?.[0] ?? '';
    this.#offset = offset + text.length;
    return text;
  }

  #fail(offset: number): null {
    this.failedAt = offset;
    return null;
  }
}

function isOperator(text: string): text is Operator {
  return ['', '-', ':-', '?', ':?', '+', ':+'].includes(text);
}
