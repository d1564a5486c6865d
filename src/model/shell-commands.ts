/**
 * A text as a shell would take it apart: into commands, and these into words, each with its place. Nothing is expanded, and a
 * quote that is never closed reaches to the end: such texts are looked at, and not run. Takes time in proportion to the text.
 */

export interface PlacedWord {
  /** Without the quotes where they are around all of it. */
  readonly text: string;
  readonly start: number;
}

export function shellCommands(text: string): readonly (readonly PlacedWord[])[] {
  const commands: PlacedWord[][] = [[]];
  let [start, quote] = [-1, ''];
  const endWord = (end: number): void => {
    if (start >= 0) commands.at(-1)?.push(placed(text.slice(start, end), start));
    start = -1;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\' && quote !== "'") {
      at += 1;
      // A line that goes on is a space.
      if (quote === '' && text[at] === '\n') endWord(at - 1);
      else if (start < 0) start = at - 1;
    } else if (quote !== '') {
      if (character === quote) quote = '';
    } else if (endsCommand(text, at)) {
      endWord(at);
      commands.push([]);
    } else if (/\s/.test(character) || (character === '>' && text[start] !== '<')) {
      endWord(at);
    } else {
      if (start < 0) start = at;
      if (character === '"' || character === "'") quote = character;
    }
  }
  endWord(text.length);
  return commands;
}

/** `$(` is a value that somebody else fills in. */
function endsCommand(text: string, at: number): boolean {
  return ';&|)\n'.includes(text.charAt(at)) || (text[at] === '(' && text[at - 1] !== '$');
}

function placed(word: string, start: number): PlacedWord {
  const text = withoutQuotes(word);
  return { text, start: text === word ? start : start + 1 };
}

export function withoutQuotes(word: string): string {
  const [first] = word;
  const isQuoted = (first === '"' || first === "'") && word.length > 1 && word.indexOf(first, 1) === word.length - 1;
  return isQuoted ? word.slice(1, -1) : word;
}
