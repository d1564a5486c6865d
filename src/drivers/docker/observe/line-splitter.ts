/**
 * Lines from the frames of a log that is read with times. The engine puts the time in front of each frame, and cuts lines
 * of more than 16 KiB into frames of the same time: so a line goes on exactly as long as its time does.
 */
import { StringDecoder } from 'node:string_decoder';
import type { LogLine } from '../../log-line.ts';
import type { Frame } from './demultiplex.ts';

/** Longer lines come in pieces, so that what never ends a line does not fill the memory. */
const LONGEST = 64 * 1024;
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)(?: |$)/;
/** No longer than a time with all that may hang on it. */
const TIME_LENGTH = 40;
const SPACE = 32;

export class LineSplitter {
  readonly #isTerminal: boolean;
  readonly #outputs = { stdout: new Output('stdout'), stderr: new Output('stderr') };

  /** With a terminal nothing tells frames apart, and the time stands at the beginning of each line. */
  constructor(isTerminal: boolean) {
    this.#isTerminal = isTerminal;
  }

  /** The lines that are complete by now. */
  *add({ stream, payload }: Frame): Generator<LogLine> {
    const output = this.#outputs[stream];
    if (this.#isTerminal) {
      yield* output.addRaw(payload);
      return;
    }
    const { at, length } = timeOf(payload);
    yield* output.add(at, payload.subarray(length));
  }

  /** What is left when the stream has ended: lines that nobody ended. */
  *rest(): Generator<LogLine> {
    for (const output of Object.values(this.#outputs)) yield* output.rest();
  }
}

class Output {
  readonly #stream: LogLine['stream'];
  #decoder = new StringDecoder('utf8');
  #at: string | null = null;
  #text = '';
  /** A line is under way, though nothing of it may be left to tell. */
  #isOpen = false;

  constructor(stream: LogLine['stream']) {
    this.#stream = stream;
  }

  /** One frame of a known time. */
  *add(at: string | null, payload: Buffer): Generator<LogLine> {
    if (this.#isOpen && at !== this.#at) yield* this.rest();
    this.#at = at;
    this.#isOpen = true;
    this.#text += this.#decoder.write(payload);
    yield* this.#lines();
  }

  /** Text whose times stand in it. */
  *addRaw(payload: Buffer): Generator<LogLine> {
    this.#isOpen = true;
    this.#text += this.#decoder.write(payload);
    yield* this.#lines();
  }

  *rest(): Generator<LogLine> {
    this.#text += this.#decoder.end();
    if (this.#isOpen && this.#text !== '') yield this.#line(this.#text);
    this.#text = '';
    this.#isOpen = false;
  }

  *#lines(): Generator<LogLine> {
    let start = 0;
    for (let end = this.#text.indexOf('\n'); end !== -1; end = this.#text.indexOf('\n', start)) {
      yield this.#line(this.#text.slice(start, end));
      start = end + 1;
      this.#isOpen = start < this.#text.length;
    }
    this.#text = this.#text.slice(start);
    if (this.#text.length <= LONGEST) return;
    yield this.#line(this.#text);
    this.#text = '';
  }

  #line(text: string): LogLine {
    const line = text.replace(/\r$/, '');
    const time = this.#at === null ? TIME.exec(line.slice(0, TIME_LENGTH)) : null;
    if (time === null) return { stream: this.#stream, at: this.#at, line };
    return { stream: this.#stream, at: time[0].trimEnd(), line: line.slice(time[0].length) };
  }
}

/** The time in front of a frame, and how many bytes it takes with the space behind it. */
function timeOf(payload: Buffer): { readonly at: string | null; readonly length: number } {
  const space = payload.indexOf(SPACE);
  const head = payload.toString('latin1', 0, Math.min(space === -1 ? TIME_LENGTH : space + 1, TIME_LENGTH));
  const time = TIME.exec(head)?.[0] ?? null;
  return time === null ? { at: null, length: 0 } : { at: time.trimEnd(), length: time.length };
}
