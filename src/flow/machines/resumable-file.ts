/**
 * A file that is written from its beginning to its end, and gone on with where a killed run left it. What is written reaches the
 * disk at each {@link BLOCK}; whatever is behind the last such place is written again, so nothing rests on what a power cut left.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { PRIVATE_FILE } from '../../files/atomic-file.ts';

export const BLOCK: number = 16 * 1024 * 1024;

export class ResumableFile implements AsyncDisposable {
  readonly #file: FileHandle;
  /** Up to here what is there counts. */
  #kept: number;
  #position = 0;

  private constructor(file: FileHandle, kept: number) {
    this.#file = file;
    this.#kept = kept;
  }

  static async open(path: string): Promise<ResumableFile> {
    // Not for appending: what is written stands where it belongs.
    const file = await open(path, 'a+', PRIVATE_FILE).then(async (made) => {
      await made.close();
      return open(path, 'r+');
    });
    const { size } = await file.stat();
    return new ResumableFile(file, Math.max(0, Math.ceil(size / BLOCK) - 1) * BLOCK);
  }

  /** How much of what is there counts. */
  get kept(): number {
    return this.#kept;
  }

  get position(): number {
    return this.#position;
  }

  /** Nothing of what is there counts. */
  async discard(): Promise<void> {
    await this.#file.truncate(0);
    this.#kept = 0;
    this.#position = 0;
  }

  /** Back to the beginning; what counts still counts. */
  rewind(): void {
    this.#position = 0;
  }

  /** The next bytes that are there already and count, at most so many; empty for none. */
  async next(most: number): Promise<Buffer> {
    const length = Math.min(most, this.#kept - this.#position);
    if (length <= 0) return Buffer.alloc(0);
    const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(length), 0, length, this.#position);
    this.#position += bytesRead;
    return buffer.subarray(0, bytesRead);
  }

  async write(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      const room = BLOCK - (this.#position % BLOCK);
      const { bytesWritten } = await this.#file.write(rest, 0, Math.min(room, rest.length), this.#position);
      this.#position += bytesWritten;
      rest = rest.subarray(bytesWritten);
      if (this.#position % BLOCK === 0) await this.#file.datasync();
    }
  }

  /** It ends here. */
  async end(): Promise<void> {
    await this.#file.truncate(this.#position);
    await this.#file.sync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}
