/** The streams of this process while a command inside a container has them. */
import type { Duplex } from 'node:stream';
import type { WriteStream } from 'node:tty';

export interface Terminal {
  readonly stdin: Pick<NodeJS.ReadStream, 'isTTY' | 'setRawMode' | 'pipe' | 'unpipe' | 'pause'>;
  readonly stdout: Pick<WriteStream, 'isTTY' | 'rows' | 'columns' | 'on' | 'off' | 'write'>;
  readonly stderr: Pick<WriteStream, 'on' | 'off' | 'write'>;
}

/** As a shell says that Ctrl-C ended a command. */
const INTERRUPTED = 130;

/** Connects standard input to the command, and gives everything back as it was when it is disposed of, however it ended. */
export class TerminalLoan implements Disposable {
  readonly #terminal: Terminal;
  readonly #stream: Duplex;
  readonly #isTerminal: boolean;
  readonly #signal: AbortSignal;
  #endedBy: number | null = null;

  constructor(terminal: Terminal, stream: Duplex, isTerminal: boolean, signal: AbortSignal) {
    this.#terminal = terminal;
    this.#stream = stream;
    this.#isTerminal = isTerminal;
    this.#signal = signal;
    for (const one of [stream, terminal.stdout, terminal.stderr]) one.on('error', ignore);
    signal.addEventListener('abort', this.#abort, { once: true });
    if (signal.aborted) this.#abort();
    // A terminal in raw mode hands Ctrl-C on to the command; without one it means us.
    if (isTerminal) terminal.stdin.setRawMode(true);
    else process.on('SIGINT', this.#interrupt);
    terminal.stdin.pipe(stream);
  }

  /** The status that the command ended with as far as its caller is concerned; `null` when it ended by itself. */
  get endedBy(): number | null {
    return this.#endedBy;
  }

  /** Leaves the command, whatever it does then. */
  end(status: number): void {
    this.#endedBy ??= status;
    this.#stream.destroy();
  }

  [Symbol.dispose](): void {
    const { stdin, stdout, stderr } = this.#terminal;
    stdin.unpipe(this.#stream);
    if (this.#isTerminal) stdin.setRawMode(false);
    else process.off('SIGINT', this.#interrupt);
    // Nobody reads it any more: it must not keep this process alive.
    stdin.pause();
    this.#signal.removeEventListener('abort', this.#abort);
    for (const one of [stdout, stderr]) one.off('error', ignore);
    this.#stream.destroy();
  }

  readonly #abort = (): void => void this.#stream.destroy();
  readonly #interrupt = (): void => this.end(INTERRUPTED);
}

/** An error of a stream ends what is done with it, and is told there. */
function ignore(): void {}
