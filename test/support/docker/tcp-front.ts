/** A port before the engine, as on a machine that others reach; it can go away and come back. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export class TcpFront implements AsyncDisposable {
  readonly #target: string;
  readonly #open = new Set<Socket>();
  #server: Server | null = null;
  // Below those that the kernel gives to connections, so that it is free again when the front comes back.
  readonly #port = 12_375;

  private constructor(target: string) {
    this.#target = target;
  }

  /** Before the engine at that socket, and there. Use it with `await using`. */
  static async before(target: string): Promise<TcpFront> {
    const front = new TcpFront(target);
    await front.comeBack();
    return front;
  }

  get host(): string {
    return `tcp://127.0.0.1:${this.#port}`;
  }

  async comeBack(): Promise<void> {
    const server = createServer((client) => this.#pass(client));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject).listen(this.#port, '127.0.0.1', resolve);
    await promise;
    this.#server = server;
  }

  async goAway(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    if (server === null) resolve();
    else server.close(() => resolve());
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.goAway();
  }

  #pass(client: Socket): void {
    const engine = connect(this.#target);
    for (const [one, other] of [
      [client, engine],
      [engine, client],
    ] as const) {
      this.#open.add(one);
      one.pipe(other);
      one.on('error', () => undefined);
      one.once('close', () => {
        this.#open.delete(one);
        other.destroy();
      });
    }
  }
}
