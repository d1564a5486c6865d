/**
 * Reads git objects through one `git cat-file --batch`, however many are asked for. Only object names are sent, never
 * paths, so that no name of a file can be taken for a request. Writes nothing, and fetches nothing.
 *
 * Concurrency: answers come in the order of the questions; any number may be asked at once.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { TrueupError } from '../model/failure.ts';
import { formatSize } from '../model/quantity.ts';
import { gitEnvironment } from './git.ts';

export interface GitObject {
  readonly type: string;
  readonly content: Buffer;
}

interface Question {
  readonly resolve: (object: GitObject | null) => void;
  readonly reject: (error: unknown) => void;
}

const LINE_FEED = 0x0a;

/** Git packs a gigabyte of nothing into a megabyte; nothing that trueup reads of a commit is as large as this. */
const MAX_BYTES = 64 * 1024 * 1024;

export class ObjectReader implements AsyncDisposable {
  readonly #root: string;
  readonly #maxBytes: number;
  readonly #signal: AbortSignal;
  readonly #questions: Question[] = [];
  #child: ChildProcessWithoutNullStreams | null = null;
  #closed: Promise<unknown> = Promise.resolve();
  #chunks: Buffer[] = [];
  #length = 0;
  /** How many bytes the next whole answer needs at least. */
  #needed = 1;
  #complaint = '';
  /** How many bytes of an answer that nobody gets are still to come. */
  #unwanted = 0;

  /** `maxBytes`: of one object; whoever asks for a larger one is told so, and it is never held. */
  constructor(root: string, signal: AbortSignal, maxBytes: number = MAX_BYTES) {
    this.#maxBytes = maxBytes;
    this.#root = root;
    this.#signal = signal;
  }

  /** `null` where this repo does not have the object. */
  read(name: string): Promise<GitObject | null> {
    this.#signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<GitObject | null>();
    this.#questions.push({ resolve, reject });
    (this.#child ??= this.#start()).stdin.write(`${name}\n`);
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child?.stdin.end();
    await this.#closed;
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = spawn('git', ['--no-optional-locks', 'cat-file', '--batch'], {
      cwd: this.#root,
      // Whoever looks at an old revision of a partial clone is told what is missing, and waits for no network.
      env: { ...gitEnvironment(process.env), GIT_NO_LAZY_FETCH: '1' },
      stdio: 'pipe',
      signal: this.#signal,
    });
    child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#complaint += text));
    // That it ended is said by `close`; what was still to be written does not matter then.
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => this.#fail(error));
    child.once('close', () => this.#fail(null));
    this.#closed = once(child, 'close').catch(() => undefined);
    return child;
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#needed) return;
    let rest = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    for (let end = this.#answer(rest); end !== null; end = this.#answer(rest)) rest = rest.subarray(end);
    this.#chunks = [rest];
    this.#length = rest.length;
  }

  /** Gives the first whole answer to whoever asked; where it ends, or `null` while it is not whole. */
  #answer(bytes: Buffer): number | null {
    if (this.#unwanted > 0) return this.#passOver(bytes);
    const lineEnd = bytes.indexOf(LINE_FEED);
    this.#needed = bytes.length + 1;
    if (lineEnd === -1) return null;
    const [, type = '', size = ''] = bytes.toString('utf8', 0, lineEnd).split(' ');
    if (!/^\d+$/.test(size)) {
      this.#questions.shift()?.resolve(null);
      return lineEnd + 1;
    }
    const start = lineEnd + 1;
    if (Number(size) > this.#maxBytes) {
      this.#unwanted = Number(size) + 1;
      this.#questions.shift()?.reject(this.#tooLarge(Number(size)));
      return start;
    }
    const end = start + Number(size);
    this.#needed = end + 1;
    if (bytes.length <= end) return null;
    this.#questions.shift()?.resolve({ type, content: bytes.subarray(start, end) });
    return end + 1;
  }

  #passOver(bytes: Buffer): number | null {
    const passed = Math.min(this.#unwanted, bytes.length);
    this.#unwanted -= passed;
    this.#needed = 1;
    return passed === 0 ? null : passed;
  }

  #tooLarge(size: number): TrueupError {
    return new TrueupError('file_unreadable', `an object of ${size} bytes in ${this.#root} is too large to be read`, {
      fields: { directory: this.#root, size },
      next: `files of at most ${formatSize(this.#maxBytes)} are read: leave it out of what environments name`,
    });
  }

  #fail(cause: Error | null): void {
    const error = this.#signal.aborted ? (this.#signal.reason as unknown) : this.#failure(cause);
    for (const { reject } of this.#questions.splice(0)) reject(error);
  }

  #failure(cause: Error | null): TrueupError {
    const reason = cause?.message ?? (this.#complaint.trim() || 'it ended');
    return new TrueupError('git_failed', `\`git cat-file --batch\` failed in ${this.#root}: ${reason}`, {
      cause,
      fields: { directory: this.#root, stderr: this.#complaint.trim() },
      next: 'look whether `git fsck` finds something wrong with the repository',
    });
  }
}
