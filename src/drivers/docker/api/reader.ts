/** The calls that only read. */
import type { Readable } from 'node:stream';
import { type DockerFacts, factsOf } from '../facts.ts';
import { bodyStream } from './body-stream.ts';
import { type Answer, type Call, path } from './call.ts';
import { type Labelled, OwnLabels } from '../own-labels.ts';
import type { Deadlines } from './deadlines.ts';
import type { EngineReader, LogQuery } from './engine-api.ts';
import { unreachable } from './unreachable.ts';
import { untilAborted } from './until-aborted.ts';
import { jsonLines } from './lines.ts';
import type { Greeting } from './greeting.ts';
import type { Transport } from './transport.ts';
import type * as wire from './wire.ts';

type Reading = Omit<Call, 'method' | 'deadline'>;

export class Reader implements EngineReader {
  readonly endpoint: string;
  protected readonly transport: Transport;
  protected readonly deadlines: Deadlines;
  readonly #own = new OwnLabels();
  #facts: { readonly greeting: Greeting; readonly facts: Promise<DockerFacts> } | null = null;

  constructor(transport: Transport, deadlines: Deadlines) {
    this.endpoint = transport.endpoint.text;
    this.transport = transport;
    this.deadlines = deadlines;
  }

  async facts(signal: AbortSignal): Promise<DockerFacts> {
    const greeting = await this.transport.greet(signal);
    if (this.#facts?.greeting !== greeting) {
      // One question for all who ask at once: nobody's signal ends it for the others.
      const facts = this.#learn(greeting, new AbortController().signal);
      this.#facts = { greeting, facts };
      facts.catch(() => {
        if (this.#facts?.facts === facts) this.#facts = null;
      });
    }
    return untilAborted(this.#facts.facts, signal);
  }

  async #learn(greeting: Greeting, signal: AbortSignal): Promise<DockerFacts> {
    const version = this.read({ path: '/version', what: 'ask the engine for its version' }, signal);
    const info = greeting.kind === 'podman' ? this.info(signal) : null;
    const [versionAnswer, infoAnswer] = await Promise.all([version, info]);
    return factsOf(greeting, versionAnswer.body as wire.VersionAnswer, infoAnswer);
  }

  async info(signal: AbortSignal): Promise<wire.InfoAnswer> {
    const { body } = await this.read({ path: '/info', what: 'ask the engine what it can do' }, signal);
    return body as wire.InfoAnswer;
  }

  async ping(signal: AbortSignal): Promise<void> {
    await this.transport.ping(this.deadlines.pulse, signal);
  }

  doubt(): void {
    this.transport.doubt();
  }

  async now(signal: AbortSignal): Promise<number | null> {
    const { headers } = await this.read({ path: '/_ping', what: 'ask the engine for the time' }, signal);
    const now = Date.parse(headers.date ?? '');
    return Number.isNaN(now) ? null : now;
  }

  async containers(signal: AbortSignal): Promise<readonly wire.ContainerSummary[]> {
    const what = 'list the containers';
    const call = { path: '/containers/json', query: { all: 'true' }, what };
    const found = await this.#list<wire.ContainerSummary>(call, signal);
    const labelled = found.map(({ Labels: labels, ImageID: image }) => ({ labels: labels ?? null, image }));
    const own = await this.#tellerFor(labelled, signal);
    return found.map((one, index) => {
      const container = labelled[index];
      const labels = container === undefined ? null : own(container);
      return labels === (one.Labels ?? null) ? one : { ...one, Labels: labels };
    });
  }

  async container(idOrName: string, signal: AbortSignal): Promise<wire.ContainerInspect | null> {
    const what = `inspect the container ${idOrName}`;
    const found = await this.inspect<wire.ContainerInspect>({ path: path`/containers/${idOrName}/json`, what }, signal);
    if (found === null || (found.Id !== idOrName && found.Name !== `/${idOrName}`)) return null;
    const container = { labels: found.Config?.Labels ?? null, image: found.Image };
    const own = await this.#tellerFor([container], signal);
    const labels = own(container);
    return labels === container.labels ? found : { ...found, Config: { ...found.Config, Labels: labels } };
  }

  /** What somebody made an image of carries our labels, and what is made from that does too: nobody else sees those. */
  async #tellerFor(containers: readonly Labelled[], signal: AbortSignal): ReturnType<OwnLabels['tellerFor']> {
    return this.#own.tellerFor(containers, async (id) => {
      const image = await this.image(id, signal);
      return image === null ? null : (image.Config?.Labels ?? {});
    });
  }

  async changes(id: string, signal: AbortSignal): Promise<readonly wire.LayerChange[] | null> {
    const call = {
      path: path`/containers/${id}/changes`,
      what: `ask what changed in the container ${id}`,
      accept: [404],
    };
    const { status, body } = await this.read(call, signal);
    return status === 404 ? null : ((body as readonly wire.LayerChange[] | null) ?? []);
  }

  async networks(signal: AbortSignal): Promise<readonly wire.NetworkInspect[]> {
    return this.#list({ path: '/networks', what: 'list the networks' }, signal);
  }

  async network(idOrName: string, signal: AbortSignal): Promise<wire.NetworkInspect | null> {
    const what = `inspect the network ${idOrName}`;
    const found = await this.inspect<wire.NetworkInspect>({ path: path`/networks/${idOrName}`, what }, signal);
    return found?.Id === idOrName || found?.Name === idOrName ? found : null;
  }

  async volumes(signal: AbortSignal): Promise<readonly wire.VolumeInspect[]> {
    const { body } = await this.read({ path: '/volumes', what: 'list the volumes' }, signal);
    return (body as { readonly Volumes: readonly wire.VolumeInspect[] | null }).Volumes ?? [];
  }

  async volume(name: string, signal: AbortSignal): Promise<wire.VolumeInspect | null> {
    return this.inspect({ path: path`/volumes/${name}`, what: `inspect the volume ${name}` }, signal);
  }

  async image(reference: string, signal: AbortSignal): Promise<wire.ImageInspect | null> {
    return this.inspect({ path: path`/images/${reference}/json`, what: `inspect the image ${reference}` }, signal);
  }

  async images(signal: AbortSignal): Promise<readonly wire.ImageSummary[]> {
    return this.#list({ path: '/images/json', what: 'list the images' }, signal);
  }

  async saveImages(references: readonly string[], signal: AbortSignal): Promise<Readable> {
    // One name for each: a query of pairs has room for no more than one.
    const names = references.map((reference) => `names=${encodeURIComponent(reference)}`).join('&');
    return this.stream({ path: `/images/get?${names}`, what: 'save images' }, signal, this.deadlines.silence);
  }

  async events(
    filters: Readonly<Record<string, readonly string[]>>,
    since: string | null,
    signal: AbortSignal,
  ): Promise<AsyncIterable<wire.EventMessage>> {
    const what = 'listen to the events of the engine';
    // Asked from now on: the engine answers a moment before it listens, and gives what fell into that moment afterwards.
    const query = { filters: JSON.stringify(filters), since: since ?? String(Date.now() / 1000) };
    const stream = await this.stream({ path: '/events', query, what }, signal);
    return this.#eventsOf(stream, what, AbortSignal.any([signal, this.transport.closed]));
  }

  async past(
    filters: Readonly<Record<string, readonly string[]>>,
    between: { readonly since: string; readonly until: string },
    signal: AbortSignal,
  ): Promise<readonly wire.EventMessage[]> {
    const what = 'ask the engine what has happened';
    const query = { filters: JSON.stringify(filters), ...between };
    const stream = await this.stream({ path: '/events', query, what }, signal);
    const messages: wire.EventMessage[] = [];
    for await (const message of jsonLines<wire.EventMessage>(stream, what)) messages.push(message);
    return messages;
  }

  async *#eventsOf(stream: Readable, what: string, signal: AbortSignal): AsyncGenerator<wire.EventMessage> {
    try {
      yield* jsonLines<wire.EventMessage>(stream, what);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    // An engine that shuts down ends them like this.
    if (!signal.aborted) throw unreachable(this.transport.endpoint, what, ended());
  }

  async logs(id: string, options: LogQuery, signal: AbortSignal): Promise<Readable> {
    const { follow, timestamps, tail, since } = options;
    const query = {
      stdout: 'true',
      stderr: 'true',
      follow: String(follow),
      timestamps: String(timestamps),
      ...(tail === undefined ? {} : { tail: String(tail) }),
      ...(since === undefined ? {} : { since }),
    };
    return this.stream({ path: path`/containers/${id}/logs`, query, what: `read the logs of ${id}` }, signal);
  }

  async readArchive(id: string, inside: string, signal: AbortSignal): Promise<Readable> {
    const what = `read ${inside} in the container ${id}`;
    return this.stream({ path: path`/containers/${id}/archive`, query: { path: inside }, what }, signal);
  }

  close(): Promise<void> {
    this.transport.close();
    return Promise.resolve();
  }

  protected async read(reading: Reading, signal: AbortSignal): Promise<Answer> {
    return this.transport.send({ ...reading, method: 'GET', deadline: this.deadlines.read }, signal);
  }

  protected async inspect<T>(reading: Reading, signal: AbortSignal): Promise<T | null> {
    const { status, body } = await this.read({ ...reading, accept: [404] }, signal);
    return status === 404 ? null : (body as T);
  }

  /** `silence` as of `bodyStream`; until the first byte comes, as well. */
  protected async stream(reading: Reading, signal: AbortSignal, silence?: number): Promise<Readable> {
    const call: Call = { ...reading, method: 'GET', deadline: silence ?? this.deadlines.read };
    const limit = silence === undefined ? {} : { silence };
    return bodyStream(await this.transport.open(call, signal), { transport: this.transport, call, signal, ...limit });
  }

  async #list<T>(reading: Reading, signal: AbortSignal): Promise<readonly T[]> {
    const { body } = await this.read(reading, signal);
    return (body as readonly T[] | null) ?? [];
  }
}

function ended(): Error {
  return Object.assign(new Error('the stream ended'), { code: 'ECONNRESET' });
}
