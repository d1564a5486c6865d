/** The engine as the world sees it, past the front: who kills, who looks, and what it costs. */
import { existsSync, readFileSync } from 'node:fs';
import { type ClientRequest, request } from 'node:http';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { EngineCalls } from '../../test/support/docker/engine-calls.ts';
import { childrenOf, cpuSeconds } from './process-cost.ts';
import { environmentNames, projectOf, type Workload } from './workload.ts';

export interface Happening {
  readonly action: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

interface EngineEvent {
  readonly Action: string;
  readonly Actor: { readonly Attributes: { readonly name?: string } };
  readonly timeNano: number;
}

export class EngineWorld {
  readonly calls: EngineCalls;
  readonly #socket: string;
  readonly #workload: Workload;

  constructor(socket: string, workload: Workload) {
    this.#socket = socket;
    this.#workload = workload;
    this.calls = new EngineCalls(socket);
  }

  containerOf(environment: string, service: string): string {
    return `${projectOf(environment)}-${service}-1`;
  }

  /** Deaths and starts from now on. */
  async follow(): Promise<Disposable & { readonly happened: readonly Happening[] }> {
    const happened: Happening[] = [];
    const filters = encodeURIComponent(JSON.stringify({ type: ['container'], event: ['die', 'start'] }));
    const { promise, resolve, reject } = Promise.withResolvers<ClientRequest>();
    const asked: ClientRequest = request({
      socketPath: this.#socket,
      path: `/events?filters=${filters}`,
      agent: false,
    });
    asked.once('error', reject);
    asked.once('response', (response) => {
      const lines = createInterface({ input: response });
      // To leave is an error of what is read.
      lines.on('error', () => undefined);
      lines.on('line', (line) => {
        const { Action: action, Actor, timeNano } = JSON.parse(line) as EngineEvent;
        happened.push({ action, name: Actor.Attributes.name ?? '', at: timeNano / 1e6 });
      });
      resolve(asked);
    });
    asked.end();
    await promise;
    return { happened, [Symbol.dispose]: () => void asked.destroy() };
  }

  /** Processor seconds of the engine's own processes; `null` where nobody knows which they are. */
  cpuSeconds(): number | null {
    const file = join(dirname(this.#socket), 'pid');
    if (!existsSync(file)) return null;
    const pid = Number(readFileSync(file, 'utf8'));
    return [pid, ...childrenOf(pid)].reduce((sum, each) => sum + cpuSeconds(each), 0);
  }

  /** Everything of the workload, at once and by force. */
  async removeAll(): Promise<void> {
    const label = (name: string): string =>
      encodeURIComponent(JSON.stringify({ label: [`dev.trueup.project=${projectOf(name)}`] }));
    for (const name of environmentNames(this.#workload)) {
      const filters = label(name);
      const containers = await this.calls.get<readonly { readonly Id: string }[]>(
        `/containers/json?all=1&filters=${filters}`,
      );
      await Promise.all(containers.map(({ Id }) => this.calls.delete(`/containers/${Id}?force=1&v=1`)));
      const networks = await this.calls.get<readonly { readonly Id: string }[]>(`/networks?filters=${filters}`);
      await Promise.all(networks.map(({ Id }) => this.calls.delete(`/networks/${Id}`)));
    }
  }
}
