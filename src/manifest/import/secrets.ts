/**
 * What is secret in an import, and what stands in the manifest in its place. First everything is heard of that names itself;
 * then what was heard of is known wherever it stands, whoever has it there.
 */
import type { Address } from '../../model/address.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { KnownSecrets } from '../../model/known-secrets.ts';
import { looksSecret } from '../../model/looks-secret.ts';
import { apart, secretSpans, secretSpansOf, type Span } from '../../model/secret-spans.ts';
import type { ImportedSecret } from './imported.ts';
import { SecretFiles, secretFrom } from './secret-files.ts';
import { escaped } from './values.ts';

/** Where a text stands. */
export interface TextPlace {
  readonly address: Address;
  /** For people, such as `container.command`. */
  readonly field: string;
}

export class Secrets {
  readonly #files = new SecretFiles();
  readonly #known: KnownSecrets;
  /** Who has it as a variable, and gives its file a name. */
  readonly #firstWith = new Map<string, { readonly name: string; readonly address: Address }>();

  /** `names` are keys, images and whatever else no import hides. */
  constructor(names: Iterable<string>) {
    this.#known = new KnownSecrets(names);
  }

  hearVariable(name: string, value: string, address: Address): void {
    if (looksSecret(name, value)) {
      if (!this.#firstWith.has(value)) this.#firstWith.set(value, { name, address });
      this.#known.add(name, value);
    }
    this.#hearSpans(value, secretSpans(value));
  }

  hearWords(words: readonly string[]): void {
    for (const [index, spans] of secretSpansOf(words).entries()) this.#hearSpans(words[index] ?? '', spans);
  }

  /** A variable's value as the manifest has it: itself, a file, or put together with one. */
  variable(name: string, value: string, address: Address): Json {
    if (looksSecret(name, value)) return secretFrom(this.#files.fileFor(name, value, address));
    return this.#text(value, this.#spansIn(value, secretSpans(value)), { address, field: name });
  }

  /** Words as the manifest has them; `null` where they hold nothing secret. */
  words(words: readonly string[], place: TextPlace): readonly string[] | null {
    const spans = secretSpansOf(words).map((own, index) => this.#spansIn(words[index] ?? '', own));
    if (spans.every(({ length }) => length === 0)) return null;
    return words.map((word, index) => this.#text(word, spans[index] ?? [], place));
  }

  /** Whether something that is known to be secret is part of it. */
  isIn(text: string): boolean {
    return this.#known.spansIn(text).length > 0;
  }

  /** Those that texts of the manifest are put together with. */
  variables(): JsonObject {
    return this.#files.variables();
  }

  all(): readonly ImportedSecret[] {
    return this.#files.all();
  }

  #spansIn(text: string, own: readonly Span[]): readonly Span[] {
    return apart([...own, ...this.#known.spansIn(text)]);
  }

  #hearSpans(text: string, spans: readonly Span[]): void {
    for (const { start, end, name } of spans) this.#known.add(name, text.slice(start, end));
  }

  #text(text: string, spans: readonly Span[], place: TextPlace): string {
    let done = 0;
    const parts = spans.map(({ start, end, name }) => {
      const before = escapedText(text.slice(done, start));
      done = end;
      const plain = text.slice(start, end);
      const owner = this.#firstWith.get(plain) ?? { name: shouted(name), address: place.address };
      return `${before}\${${this.#files.variableFor(owner, plain, `${place.address} ${place.field}`)}}`;
    });
    return `${parts.join('')}${escapedText(text.slice(done))}`;
  }
}

/** As variables are called. */
function shouted(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase();
}

function escapedText(text: string): string {
  const value = escaped(text);
  return typeof value === 'string' ? value : text;
}
