/** The long-lived command over the workload, with all that measures it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type EngineFront, now } from './engine-front.ts';
import type { EngineWorld } from './engine-world.ts';
import { LongLived, type Told } from './long-lived.ts';
import type { ScratchRepo } from './scratch-repo.ts';
import { environmentNames, fileOf, manifestOf, type Workload } from './workload.ts';

export interface BenchedDaemonOptions {
  readonly repo: ScratchRepo;
  readonly env: NodeJS.ProcessEnv;
  readonly workload: Workload;
  readonly front: EngineFront;
  readonly world: EngineWorld;
  readonly log: string;
  /** What services have as values by now: one daemon goes on from where another one ended. */
  readonly values: Record<string, string>;
}

const UP_MS = 1_200_000;
const LONGEST_MS = 60_000;
const CALM_MS = 400;

export class BenchedDaemon implements AsyncDisposable {
  readonly repo: ScratchRepo;
  readonly workload: Workload;
  readonly front: EngineFront;
  readonly world: EngineWorld;
  readonly process: LongLived;
  readonly upAfterMs: number;
  readonly #values: Record<string, string>;
  #remark = '';

  private constructor(options: BenchedDaemonOptions, process: LongLived, upAfterMs: number) {
    ({ repo: this.repo, workload: this.workload, front: this.front, world: this.world } = options);
    this.#values = options.values;
    this.process = process;
    this.upAfterMs = upAfterMs;
  }

  /** Resolves once every environment was brought up from a first commit. */
  static async serve(options: BenchedDaemonOptions): Promise<BenchedDaemon> {
    const { repo, workload, env, log } = options;
    const names = environmentNames(workload);
    repo.write(Object.fromEntries(names.map((name) => [fileOf(name), manifestOf(workload, name, {})])));
    repo.stage();
    repo.commit();
    return BenchedDaemon.#start(options, { words: ['serve', '--quiet'], cwd: repo.root, env, log });
  }

  /** Over what `serve` has left. */
  static async watch(options: BenchedDaemonOptions): Promise<BenchedDaemon> {
    const { repo, env, log } = options;
    return BenchedDaemon.#start(options, { words: ['watch', '--output', 'json'], cwd: repo.root, env, log });
  }

  static async #start(
    options: BenchedDaemonOptions,
    how: Parameters<typeof LongLived.start>[0],
  ): Promise<BenchedDaemon> {
    const began = Date.now();
    const started = await LongLived.start(how);
    for (const name of environmentNames(options.workload)) {
      await started.next('environment.reconciled', name, began, UP_MS);
    }
    const made = new BenchedDaemon(options, started, Date.now() - began);
    await made.calm();
    return made;
  }

  /** Writes another value for a service, and nothing else. */
  change(environment: string, service: string, value: string): void {
    this.#values[`${environment}/${service}`] = value;
    this.repo.write({ [fileOf(environment)]: manifestOf(this.workload, environment, this.#values, this.#remark) });
  }

  /** Changes every manifest, and nothing that they mean. */
  remark(text: string): void {
    this.#remark = text;
    for (const name of environmentNames(this.workload)) {
      this.repo.write({ [fileOf(name)]: manifestOf(this.workload, name, this.#values, text) });
    }
  }

  async next(type: string, environment: string, from: number): Promise<Told> {
    try {
      return await this.process.next(type, environment, from, LONGEST_MS);
    } catch (error) {
      const busy = Math.round(this.front.busyBetween(from, now()));
      const calls = JSON.stringify(this.front.callsBetween(from, now()));
      throw new Error(`${String(error)}; a call to the engine was under way for ${busy} ms of it: ${calls}`, {
        cause: error,
      });
    }
  }

  /** Resolves once nothing was told for a moment but of probes. */
  async calm(): Promise<void> {
    let before = -1;
    for (;;) {
      const { length } = this.process.told.filter(({ type }) => !type.includes('.probe.'));
      if (length === before) return;
      before = length;
      await sleep(CALM_MS);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.process[Symbol.asyncDispose]();
  }
}
