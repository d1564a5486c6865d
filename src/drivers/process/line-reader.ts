/** Reads a growing file line by line, whole lines only, each byte once. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

const CHUNK = 64 * 1024;
const NEWLINE = 10;

export class LineReader implements Disposable {
  readonly #descriptor: number;
  #offset: number;
  /** The beginning of a line whose end is not written yet. */
  #partial: Buffer = Buffer.alloc(0);

  /** `null` where the file cannot be opened. Beyond the end means at the end. */
  static open(path: string, offset: number): LineReader | null {
    try {
      return new LineReader(openSync(path, 'r'), offset);
    } catch {
      return null;
    }
  }

  private constructor(descriptor: number, offset: number) {
    this.#descriptor = descriptor;
    this.#offset = Math.min(offset, fstatSync(descriptor).size);
  }

  /** The lines that are complete by now. A line of more than 64 KiB comes in pieces. */
  *lines(): Generator<string> {
    if (fstatSync(this.#descriptor).size < this.#offset) {
      // Somebody emptied the file, and with it the beginning of the line that was under way.
      this.#offset = 0;
      this.#partial = Buffer.alloc(0);
    }
    const chunk = Buffer.allocUnsafe(CHUNK);
    for (;;) {
      const length = readSync(this.#descriptor, chunk, 0, CHUNK, this.#offset);
      if (length === 0) return;
      this.#offset += length;
      let text = Buffer.concat([this.#partial, chunk.subarray(0, length)]);
      for (let end = text.indexOf(NEWLINE); end !== -1; end = text.indexOf(NEWLINE)) {
        yield textOf(text.subarray(0, end));
        text = text.subarray(end + 1);
      }
      const piece = text.length >= CHUNK ? wholeCharacters(text) : 0;
      if (piece > 0) yield textOf(text.subarray(0, piece));
      this.#partial = Buffer.from(text.subarray(piece));
    }
  }

  /** The lines to the end of the file, the last one also where it is not ended. */
  *rest(): Generator<string> {
    yield* this.lines();
    if (this.#partial.length > 0) yield textOf(this.#partial);
    this.#partial = Buffer.alloc(0);
  }

  /** Whether another file stands in this one's place. */
  isReplaced(path: string): boolean {
    return statSync(path, { throwIfNoEntry: false })?.ino !== fstatSync(this.#descriptor).ino;
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}

/** How many of the bytes are whole characters: in UTF-8 the last few may begin one that is not over. */
function wholeCharacters(bytes: Buffer): number {
  for (let start = bytes.length - 1; start >= Math.max(0, bytes.length - 4); start -= 1) {
    const byte = bytes[start] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return start + length > bytes.length ? start : bytes.length;
  }
  return bytes.length;
}

function textOf(line: Buffer): string {
  return line.toString('utf8').replace(/\r$/, '');
}

/** Where the last so many lines begin, and how many there are. Reads the file from its end. */
export function offsetOfTail(path: string, count: number): { readonly offset: number; readonly lines: number } {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return { offset: 0, lines: 0 };
  }
  try {
    const { size } = fstatSync(descriptor);
    if (size === 0 || count <= 0) return { offset: size, lines: 0 };
    const chunk = Buffer.allocUnsafe(CHUNK);
    let lines = 0;
    for (let end = size; end > 0; ) {
      const begin = Math.max(0, end - CHUNK);
      readSync(descriptor, chunk, 0, end - begin, begin);
      for (let index = end - begin - 1; index >= 0; index -= 1) {
        // The line break at the very end of the file ends its last line, and begins none.
        if (chunk[index] !== NEWLINE || begin + index === size - 1) continue;
        lines += 1;
        if (lines === count) return { offset: begin + index + 1, lines };
      }
      end = begin;
    }
    return { offset: 0, lines: lines + 1 };
  } finally {
    closeSync(descriptor);
  }
}
