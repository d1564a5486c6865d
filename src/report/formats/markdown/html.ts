/**
 * Text as HTML inside Markdown. Whatever is not a fixed word of ours stands in `<code>`, where neither GitHub nor GitLab
 * looks for mentions, references and addresses; and everything stands in HTML blocks, in which Markdown has no syntax at
 * all: such a block ends at an empty line, and no text here has a line break.
 */

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Nothing in it could be a mention, a reference, an address or an emoji. */
const PLAIN_WORDS = /^(?:[A-Za-z ,;()'-]|\.(?= |$))+$/;

export function code(text: string): string {
  return text === '' ? '' : `<code>${escapeHtml(text)}</code>`;
}

/** Plain words as they are, anything else as code. */
export function words(text: string): string {
  return PLAIN_WORDS.test(text) ? text : code(text);
}

/** With one space between those that say something. */
export function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character);
}
