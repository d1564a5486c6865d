/** Values as YAML text, in the style of what stands around them. Rendered text says exactly the value, in one schema: core. */
import { stringify } from 'yaml';
import { isJsonObject, type Json } from '../../model/json.ts';

/** How texts are quoted, in the words of the parser. What could not be read back so is quoted all the same. */
export type Quoting = 'PLAIN' | 'QUOTE_SINGLE' | 'QUOTE_DOUBLE';

/** In one line, as it may stand inside of braces too. */
export function flowText(value: Json, quoting: Quoting = 'PLAIN'): string {
  if (typeof value === 'string') return scalarText(value, quoting);
  return flowStyle(value, quoting);
}

/** One text in one line, whatever it holds. */
function scalarText(text: string, quoting: Quoting): string {
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text)) return JSON.stringify(text);
  // Inside of braces more has to be quoted than elsewhere: an item of a list shows what.
  return flowStyle([text], quoting).slice(1, -1);
}

/** `[a, b]` and `{ a: b }`, as most people write them. */
function flowStyle(value: Json, quoting: Quoting): string {
  const flowCollectionPadding = isJsonObject(value);
  const style = { collectionStyle: 'flow', flowCollectionPadding, defaultStringType: quoting } as const;
  return stringify(value, { ...OPTIONS, ...style }).trimEnd();
}

/** What stands behind a colon or a dash: in the same line, or in lines below that are indented by `columns`. */
export function blockText(value: Json, columns: number, quoting: Quoting = 'PLAIN'): string {
  if (!isCollection(value)) return ` ${flowText(value, quoting)}`;
  if (isEmpty(value)) return Array.isArray(value) ? ' []' : ' {}';
  return `\n${indented(stringify(value, { ...OPTIONS, defaultStringType: quoting }), columns).trimEnd()}`;
}

/** As `blockText`, with the first key in the line of the dash. */
export function itemText(value: Json, columns: number, quoting: Quoting = 'PLAIN'): string {
  const text = blockText(value, columns, quoting);
  return text.startsWith('\n') ? ` ${text.trimStart()}` : text;
}

const OPTIONS = { schema: 'core', lineWidth: 0, blockQuote: false, aliasDuplicateObjects: false } as const;

function indented(text: string, columns: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(columns));
}

export function isCollection(value: Json): boolean {
  return isJsonObject(value) || Array.isArray(value);
}

export function isEmpty(value: Json): boolean {
  return Array.isArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0;
}
