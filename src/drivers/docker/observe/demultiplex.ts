/**
 * Takes the engine's multiplexed streams apart: each frame is a header of eight bytes, the first of which names the output
 * and the last four the length, and then the payload. However the stream is cut into chunks, the frames are the same.
 */
import { TrueupError } from '../../../model/failure.ts';

export interface Frame {
  readonly stream: 'stdout' | 'stderr';
  readonly payload: Buffer;
}

const HEADER = 8;
/** The engine itself speaks on it: it could not go on. */
const SYSTEM_ERROR = 3;

/** The frames of a stream. With a terminal the engine sends one output as it is, and each chunk is a frame. */
export async function* framesOf(stream: AsyncIterable<Buffer>, isTerminal: boolean): AsyncGenerator<Frame> {
  const demultiplexer = new Demultiplexer();
  for await (const chunk of stream) {
    if (isTerminal) yield { stream: 'stdout', payload: chunk };
    else yield* demultiplexer.push(chunk);
  }
}

export class Demultiplexer {
  #chunks: Buffer[] = [];
  #size = 0;
  /** How many bytes the frame under way has with its header; `null` while the header is not whole. */
  #wanted: number | null = null;

  /** The frames that are whole by now. Throws `step_failed` with what the engine says when it could not go on. */
  push(chunk: Buffer): readonly Frame[] {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    const frames: Frame[] = [];
    // A frame of many chunks is put together once, when it is whole.
    while (this.#size >= (this.#wanted ?? HEADER)) {
      const bytes = this.#joined();
      this.#wanted = HEADER + bytes.readUInt32BE(4);
      if (this.#size < this.#wanted) break;
      frames.push(frameOf(bytes, this.#wanted));
      this.#keep(bytes.subarray(this.#wanted));
    }
    return frames;
  }

  #joined(): Buffer {
    const [first] = this.#chunks;
    const bytes = first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    this.#chunks = [bytes];
    return bytes;
  }

  #keep(rest: Buffer): void {
    this.#chunks = [rest];
    this.#size = rest.length;
    this.#wanted = null;
  }
}

function frameOf(bytes: Buffer, end: number): Frame {
  const payload = bytes.subarray(HEADER, end);
  const output = bytes[0] ?? 0;
  if (output < SYSTEM_ERROR) return { stream: output === 2 ? 'stderr' : 'stdout', payload };
  if (output === SYSTEM_ERROR) {
    throw new TrueupError('step_failed', `the engine ended the stream: ${payload.toString().trim()}`);
  }
  throw new TrueupError('step_failed', 'the engine sent a stream that is not multiplexed as it should be');
}
