/** Splits a line into words as a POSIX shell does, without expanding anything. */

/** `null` when a quote is not closed. */
export function shellWords(line: string): readonly string[] | null {
  const words: string[] = [];
  let [word, quote, isWord, isEscaped] = ['', '', false, false];
  for (const character of line) {
    if (isEscaped) {
      // Inside double quotes a backslash stays one in front of anything it has no meaning for.
      word += quote === '"' && !'"\\$`\n'.includes(character) ? `\\${character}` : character;
      isEscaped = false;
    } else if (character === '\\' && quote !== "'") {
      [isEscaped, isWord] = [true, true];
    } else if (quote !== '') {
      if (character === quote) quote = '';
      else word += character;
    } else if (character === '"' || character === "'") {
      [quote, isWord] = [character, true];
    } else if (/\s/.test(character)) {
      if (isWord) words.push(word);
      [word, isWord] = ['', false];
    } else {
      [word, isWord] = [word + character, true];
    }
  }
  if (quote !== '' || isEscaped) return null;
  if (isWord) words.push(word);
  return words;
}
