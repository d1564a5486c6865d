/** A terminal with a screen of its own: enough of ECMA-48 to see what a reader would see. */
import { Writable } from 'node:stream';

export class Terminal extends Writable {
  readonly isTTY: boolean = true;
  columns: number;
  rows: number;
  /** Everything that was written, as it was written. */
  written = '';
  #lines: string[] = [''];
  #row = 0;
  #column = 0;

  constructor(columns: number, rows: number) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
  }

  /** What stands on the screen and above it, without blanks at the end. */
  get screen(): readonly string[] {
    const lines = this.#lines.map((line) => line.trimEnd());
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }

  /** Wraps what is there anew, as terminals do. */
  resize(columns: number): void {
    const height = (line: string): number => Math.max(1, Math.ceil(line.trimEnd().length / columns));
    this.#row = this.#lines.slice(0, this.#row).reduce((sum, line) => sum + height(line), 0);
    this.#lines = this.#lines.flatMap((line) =>
      Array.from({ length: height(line) }, (_, index) => line.slice(index * columns, (index + 1) * columns)),
    );
    this.columns = columns;
    this.emit('resize');
  }

  override _write(chunk: string, _encoding: string, callback: () => void): void {
    this.written += chunk;
    for (const [token] of chunk.matchAll(/\u001B\[\??([\d;]*)([A-Za-z])|[\s\S]/gu)) this.#print(token);
    callback();
  }

  #print(token: string): void {
    const escape = /^\u001B\[(\d*)([A-Za-z])$/.exec(token);
    if (escape !== null) this.#control(Number(escape[1] === '' ? 1 : escape[1]), escape[2] ?? '', escape[1] ?? '');
    else if (token === '\n') this.#moveTo(this.#row + 1, 0);
    else if (token === '\r') this.#column = 0;
    else if (!token.startsWith('\u001B')) this.#put(token);
  }

  #control(count: number, letter: string, argument: string): void {
    if (letter === 'A') this.#row = Math.max(0, this.#row - count);
    else if (letter === 'B') this.#moveTo(this.#row + count, this.#column);
    else if (letter === 'G') this.#column = count - 1;
    else if (letter === 'J') this.#lines.splice(this.#row, this.#lines.length, this.#line().slice(0, this.#column));
    else if (letter === 'K') this.#lines[this.#row] = argument === '2' ? '' : this.#line().slice(0, this.#column);
  }

  #put(character: string): void {
    if (this.#column >= this.columns) this.#moveTo(this.#row + 1, 0);
    const line = this.#line().padEnd(this.#column);
    this.#lines[this.#row] = line.slice(0, this.#column) + character + line.slice(this.#column + 1);
    this.#column += 1;
  }

  #moveTo(row: number, column: number): void {
    while (this.#lines.length <= row) this.#lines.push('');
    this.#row = row;
    this.#column = column;
  }

  #line(): string {
    return this.#lines[this.#row] ?? '';
  }
}
