/** The forms in which a secret may turn up in text that others wrote: as it is, line by line, escaped and encoded. */

/** Shorter secrets are not looked for: they would blot out ordinary text, and the blots would give them away. */
const SHORTEST_MASKED = 4;

/** Shorter lines of a secret of several lines are not looked for: `{` or `data:` are no secrets. */
const SHORTEST_MASKED_LINE = 8;

/** Every form of one secret, without repeats. Empty for a secret that is too short to be masked. */
export function secretForms(plain: string): readonly string[] {
  const text = plain.toWellFormed();
  const forms = new Set<string>();
  for (const part of [text, text.trim(), ...longLines(text)]) {
    if (part.trim().length < SHORTEST_MASKED) continue;
    for (const form of [part, ...escaped(part), ...base64Forms(part)]) forms.add(form);
  }
  return [...forms];
}

function longLines(text: string): readonly string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.length === 1 ? [] : lines.filter((line) => line.length >= SHORTEST_MASKED_LINE);
}

function escaped(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const url = encodeURIComponent(text);
  const form = new URLSearchParams([['', text]]).toString().slice(1);
  return [json, asciiOnly(json), url, lowerCaseEscapes(url), form, lowerCaseEscapes(form)];
}

/** JSON as writers that keep to ASCII write it. */
function asciiOnly(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function lowerCaseEscapes(encoded: string): string {
  return encoded.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
}

/**
 * Base64, whole and as a part of something longer, such as the `user:password` of a header. A part starts at one of three
 * offsets within a group of characters; the characters at its edges also hold bits of the neighbours and are left out.
 */
function base64Forms(text: string): readonly string[] {
  const bytes = Buffer.from(text, 'utf8');
  const whole = bytes.toString('base64');
  const parts = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const firstOwn = Math.ceil((offset * 8) / 6);
    const lastOwn = Math.floor(((offset + bytes.length) * 8) / 6);
    return encoded.slice(firstOwn, lastOwn);
  });
  const standard = [whole, whole.replace(/=+$/, ''), ...parts.filter((part) => part.length >= SHORTEST_MASKED)];
  return [...standard, ...standard.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))];
}
