/** A socket in front of an engine that goes away and comes back, as one does that is restarted: all connections break. */
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

export class FragileSocket implements AsyncDisposable {
  readonly socket: string;
  readonly #target: string;
  readonly #open = new Set<Socket>();
  #server: Server | null = null;

  private constructor(target: string, folder: string) {
    this.#target = target;
    this.socket = join(folder, 'engine.sock');
  }

  /** Before the engine at that socket, and there. Use it with `await using`. */
  static async before(target: string): Promise<FragileSocket> {
    const fragile = new FragileSocket(target, await mkdtemp('/tmp/trueup-fragile-'));
    await fragile.comeBack();
    return fragile;
  }

  get host(): string {
    return `unix://${this.socket}`;
  }

  async comeBack(): Promise<void> {
    const server = createServer((client) => this.#pass(client));
    this.#server = server;
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(this.socket, resolve));
  }

  async goAway(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    const closed = new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve())));
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.goAway();
    await rm(join(this.socket, '..'), { recursive: true, force: true });
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
