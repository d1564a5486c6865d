/** An engine in memory for those who only read: what it has is set, what it is asked is recorded. */
import { PassThrough, type Readable } from 'node:stream';
import { TrueupError } from '../../../../../src/model/failure.ts';
import type { EngineReader, LogQuery } from '../../../../../src/drivers/docker/api/engine-api.ts';
import type * as wire from '../../../../../src/drivers/docker/api/wire.ts';
import type { DockerFacts } from '../../../../../src/drivers/docker/facts.ts';
import { OLD } from '../engine-facts.ts';

/** What ends a stream of events, as a lost connection does. */
export const LOST: unique symbol = Symbol('lost');

export class FakeReader implements EngineReader {
  readonly endpoint: string = 'unix:///run/fake.sock';
  /** What was asked, in order. */
  readonly calls: string[] = [];
  inspects: wire.ContainerInspect[] = [];
  networkList: wire.NetworkInspect[] = [];
  volumeList: wire.VolumeInspect[] = [];
  /** By id of container. */
  layers: Record<string, wire.LayerChange[]> = {};
  imageMap: Record<string, wire.ImageInspect> = {};
  /** Calls that fail, by their name. */
  readonly failing: Set<string> = new Set<string>();
  /** The events of each connection in turn; the last one stays open. */
  connections: (wire.EventMessage | typeof LOST)[][] = [[]];
  /** The logs of each request in turn. */
  logStreams: Buffer[] = [];
  readonly logQueries: LogQuery[] = [];
  #sender: ((message: wire.EventMessage) => void) | null = null;

  async facts(): Promise<DockerFacts> {
    this.#ask('facts');
    return OLD;
  }

  async info(): Promise<wire.InfoAnswer> {
    this.#ask('info');
    return { Driver: 'overlay2', OSType: 'linux', Architecture: 'x86_64', NCPU: 2, MemTotal: 1, CgroupVersion: '2' };
  }

  async now(): Promise<number | null> {
    this.#ask('now');
    return null;
  }

  async ping(): Promise<void> {
    this.#ask('ping');
  }

  doubt(): void {
    this.#ask('doubt');
  }

  async containers(): Promise<readonly wire.ContainerSummary[]> {
    this.#ask('containers');
    return this.inspects.map((one) => ({
      Id: one.Id,
      Names: [one.Name],
      Image: one.Config.Image ?? '',
      ImageID: one.Image,
      State: one.State.Status,
      Status: '',
      Labels: one.Config.Labels ?? null,
      Mounts: one.Mounts ?? null,
    }));
  }

  async container(idOrName: string): Promise<wire.ContainerInspect | null> {
    this.#ask('container', idOrName);
    return this.inspects.find(({ Id, Name }) => Id === idOrName || Name === `/${idOrName}`) ?? null;
  }

  async changes(id: string): Promise<readonly wire.LayerChange[] | null> {
    this.#ask('changes', id);
    return this.layers[id] ?? null;
  }

  async networks(): Promise<readonly wire.NetworkInspect[]> {
    this.#ask('networks');
    return this.networkList;
  }

  async network(idOrName: string): Promise<wire.NetworkInspect | null> {
    this.#ask('network', idOrName);
    return this.networkList.find(({ Id, Name }) => Id === idOrName || Name === idOrName) ?? null;
  }

  async volumes(): Promise<readonly wire.VolumeInspect[]> {
    this.#ask('volumes');
    return this.volumeList;
  }

  async volume(name: string): Promise<wire.VolumeInspect | null> {
    this.#ask('volume', name);
    return this.volumeList.find(({ Name }) => Name === name) ?? null;
  }

  async image(reference: string): Promise<wire.ImageInspect | null> {
    this.#ask('image', reference);
    return this.imageMap[reference] ?? null;
  }

  saveImages(): Promise<Readable> {
    throw new Error('nobody saves images here');
  }

  async images(): Promise<readonly wire.ImageSummary[]> {
    this.#ask('images');
    return [];
  }

  async events(
    _filters: Readonly<Record<string, readonly string[]>>,
    since: string | null,
    signal: AbortSignal,
  ): Promise<AsyncIterable<wire.EventMessage>> {
    this.#ask('events', since ?? 'now');
    const [messages = [], ...rest] = this.connections;
    this.connections = rest;
    return this.#sending(messages, signal);
  }

  async past(): Promise<readonly wire.EventMessage[]> {
    this.#ask('past');
    return [];
  }

  /** Sends one more event to whoever listens. */
  send(message: wire.EventMessage): void {
    this.#sender?.(message);
  }

  async *#sending(
    messages: (wire.EventMessage | typeof LOST)[],
    signal: AbortSignal,
  ): AsyncGenerator<wire.EventMessage> {
    const waiting = [...messages];
    let arrived = Promise.withResolvers<void>();
    this.#sender = (message) => {
      waiting.push(message);
      arrived.resolve();
    };
    signal.addEventListener('abort', () => arrived.resolve(), { once: true });
    while (!signal.aborted) {
      const message = waiting.shift();
      if (message === LOST) throw new TrueupError('engine_unreachable', 'the connection was lost');
      if (message !== undefined) {
        yield message;
        continue;
      }
      await arrived.promise;
      arrived = Promise.withResolvers();
    }
  }

  async logs(id: string, options: LogQuery): Promise<Readable> {
    this.#ask('logs', id);
    this.logQueries.push(options);
    const stream = new PassThrough();
    stream.end(this.logStreams.shift() ?? Buffer.alloc(0));
    return stream;
  }

  async readArchive(): Promise<Readable> {
    throw new Error('nobody reads files here');
  }

  async close(): Promise<void> {
    this.#ask('close');
  }

  #ask(call: string, argument?: string): void {
    this.calls.push(argument === undefined ? call : `${call} ${argument}`);
    if (this.failing.has(call)) throw new TrueupError('engine_unreachable', `cannot ask for ${call}`);
  }
}
