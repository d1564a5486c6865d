/** The calls that change something, beside those that read. */
import type { Duplex, Readable } from 'node:stream';
import { bodyStream } from './body-stream.ts';
import { type Answer, type Call, path } from './call.ts';
import type { EngineWriter, ExecBody, PullMessage } from './engine-api.ts';
import { pullMessages } from './pull-messages.ts';
import { Reader } from './reader.ts';
import type * as wire from './wire.ts';

type Writing = Omit<Call, 'deadline'> & { readonly deadline?: number };

export class Writer extends Reader implements EngineWriter {
  async createContainer(
    name: string,
    platform: string | null,
    body: wire.CreateContainerBody,
    signal: AbortSignal,
  ): Promise<string> {
    const query = { name, ...(platform === null ? {} : { platform }) };
    const what = `create the container ${name}`;
    const deadline = this.deadlines.create;
    return idOf(await this.#write({ method: 'POST', path: '/containers/create', query, body, what, deadline }, signal));
  }

  async startContainer(id: string, signal: AbortSignal): Promise<void> {
    const what = `start the container ${id}`;
    const deadline = this.deadlines.start;
    await this.#write({ method: 'POST', path: path`/containers/${id}/start`, what, deadline, accept: [304] }, signal);
  }

  async stopContainer(id: string, graceSeconds: number, signal: AbortSignal): Promise<void> {
    const stop: Writing = {
      method: 'POST',
      path: path`/containers/${id}/stop`,
      query: { t: String(graceSeconds) },
      what: `stop the container ${id}`,
      deadline: graceSeconds * 1000 + this.deadlines.stop,
      accept: [304],
    };
    const { status } = await this.#write({ ...stop, done: /paused, refusing to clean up/ }, signal);
    if (status < 400) return;
    // Podman stops nothing that is paused.
    await this.unpauseContainer(id, signal);
    await this.#write(stop, signal);
  }

  async killContainer(id: string, signalName: string, signal: AbortSignal): Promise<void> {
    const what = `send ${signalName} to the container ${id}`;
    const query = { signal: signalName };
    await this.#write({ method: 'POST', path: path`/containers/${id}/kill`, query, what }, signal);
  }

  async pauseContainer(id: string, signal: AbortSignal): Promise<void> {
    const done = /is already paused/;
    await this.#write(
      { method: 'POST', path: path`/containers/${id}/pause`, done, what: `pause the container ${id}` },
      signal,
    );
  }

  async unpauseContainer(id: string, signal: AbortSignal): Promise<void> {
    const what = `unpause the container ${id}`;
    const done = /is not paused/;
    await this.#write({ method: 'POST', path: path`/containers/${id}/unpause`, done, what }, signal);
  }

  async renameContainer(id: string, name: string, signal: AbortSignal): Promise<void> {
    const what = `rename the container ${id} to ${name}`;
    await this.#write({ method: 'POST', path: path`/containers/${id}/rename`, query: { name }, what }, signal);
  }

  async updateContainer(id: string, body: wire.UpdateContainerBody, signal: AbortSignal): Promise<void> {
    const what = `update the container ${id}`;
    const { kind } = await this.transport.greet(signal);
    const whole = kind === 'podman' ? await this.#withRestartPolicy(id, body, signal) : body;
    await this.#write({ method: 'POST', path: path`/containers/${id}/update`, body: whole, what }, signal);
  }

  /** Podman takes a restart policy that is left out for `no` (its issue 29790). */
  async #withRestartPolicy(
    id: string,
    body: wire.UpdateContainerBody,
    signal: AbortSignal,
  ): Promise<wire.UpdateContainerBody> {
    if (body.RestartPolicy !== undefined) return body;
    const policy = (await this.container(id, signal))?.HostConfig.RestartPolicy;
    return policy ? { ...body, RestartPolicy: policy } : body;
  }

  async removeContainer(
    id: string,
    options: { readonly force: boolean; readonly volumes: boolean },
    signal: AbortSignal,
  ): Promise<void> {
    const removal: Writing = {
      method: 'DELETE',
      path: path`/containers/${id}`,
      query: { force: String(options.force), v: String(options.volumes) },
      what: `remove the container ${id}`,
      deadline: this.deadlines.remove,
      accept: [404],
    };
    const { status } = await this.#write(
      { ...removal, done: /removal of container \S+ is already in progress/ },
      signal,
    );
    if (status !== 409) return;
    const query = { condition: 'removed' };
    await this.#write({ ...removal, method: 'POST', path: path`/containers/${id}/wait`, query }, signal);
  }

  async writeArchive(id: string, inside: string, tar: Readable, signal: AbortSignal): Promise<void> {
    const what = `write to ${inside} in the container ${id}`;
    const query = { path: inside };
    await this.#write(
      {
        method: 'PUT',
        path: path`/containers/${id}/archive`,
        query,
        file: tar,
        what,
        deadline: this.deadlines.silence,
      },
      signal,
    );
  }

  async createNetwork(body: wire.CreateNetworkBody, signal: AbortSignal): Promise<string> {
    const what = `create the network ${body.Name}`;
    const deadline = this.deadlines.create;
    return idOf(await this.#write({ method: 'POST', path: '/networks/create', body, what, deadline }, signal));
  }

  async removeNetwork(id: string, signal: AbortSignal): Promise<void> {
    const what = `remove the network ${id}`;
    const deadline = this.deadlines.remove;
    await this.#write({ method: 'DELETE', path: path`/networks/${id}`, what, deadline, accept: [404] }, signal);
  }

  async connectNetwork(
    network: string,
    container: string,
    endpoint: wire.EndpointSettings,
    signal: AbortSignal,
  ): Promise<void> {
    const body = { Container: container, EndpointConfig: endpoint };
    const what = `connect the container ${container} to the network ${network}`;
    await this.#write({ method: 'POST', path: path`/networks/${network}/connect`, body, what }, signal);
  }

  async disconnectNetwork(
    network: string,
    container: string,
    options: { readonly force: boolean },
    signal: AbortSignal,
  ): Promise<void> {
    const body = { Container: container, Force: options.force };
    const what = `disconnect the container ${container} from the network ${network}`;
    const done = /is not connected to network/;
    const accept = [404];
    await this.#write(
      { method: 'POST', path: path`/networks/${network}/disconnect`, body, done, accept, what },
      signal,
    );
  }

  async createVolume(body: wire.CreateVolumeBody, signal: AbortSignal): Promise<wire.VolumeInspect> {
    const what = `create the volume ${body.Name}`;
    const deadline = this.deadlines.create;
    const answer = await this.#write({ method: 'POST', path: '/volumes/create', body, what, deadline }, signal);
    return answer.body as wire.VolumeInspect;
  }

  async removeVolume(name: string, signal: AbortSignal): Promise<void> {
    const what = `remove the volume ${name}`;
    const deadline = this.deadlines.remove;
    await this.#write({ method: 'DELETE', path: path`/volumes/${name}`, what, deadline, accept: [404] }, signal);
  }

  async tagImage(image: string, repository: string, tag: string, signal: AbortSignal): Promise<void> {
    const what = `name the image ${image} ${repository}:${tag}`;
    const query = { repo: repository, tag };
    await this.#write({ method: 'POST', path: path`/images/${image}/tag`, query, what }, signal);
  }

  async untagImage(reference: string, signal: AbortSignal): Promise<void> {
    const what = `take the name ${reference} off its image`;
    const deadline = this.deadlines.remove;
    // What it was built from stays: engines without BuildKit build anew from there.
    const [where, query] = [path`/images/${reference}`, { noprune: 'true' }];
    await this.#write({ method: 'DELETE', path: where, query, what, deadline, accept: [404] }, signal);
  }

  async pull(
    reference: string,
    platform: string | null,
    auth: string | null,
    signal: AbortSignal,
  ): Promise<AsyncIterable<PullMessage>> {
    const query = { fromImage: reference, ...(platform === null ? {} : { platform }) };
    const headers = auth === null ? {} : { 'X-Registry-Auth': auth };
    const what = `pull ${reference}`;
    const deadline = this.deadlines.silence;
    const call: Call = { method: 'POST', path: '/images/create', query, headers, what, deadline, refusals: 'untold' };
    const context = { transport: this.transport, call, signal, silence: deadline };
    return pullMessages(bodyStream(await this.transport.open(call, signal), context), what);
  }

  async createExec(container: string, body: ExecBody, signal: AbortSignal): Promise<string> {
    const what = `prepare a command in the container ${container}`;
    return idOf(await this.#write({ method: 'POST', path: path`/containers/${container}/exec`, body, what }, signal));
  }

  async startExec(exec: string, body: { readonly Tty: boolean }, signal: AbortSignal): Promise<Duplex> {
    const whole = { Detach: false, Tty: body.Tty };
    const what = `run the command ${exec}`;
    const call: Call = {
      method: 'POST',
      path: path`/exec/${exec}/start`,
      body: whole,
      what,
      deadline: this.deadlines.write,
    };
    return this.transport.upgrade(call, signal);
  }

  async resizeExec(
    exec: string,
    size: { readonly rows: number; readonly columns: number },
    signal: AbortSignal,
  ): Promise<void> {
    const query = { h: String(size.rows), w: String(size.columns) };
    const what = `resize the terminal of the command ${exec}`;
    await this.#write({ method: 'POST', path: path`/exec/${exec}/resize`, query, what }, signal);
  }

  async exec(exec: string, signal: AbortSignal): Promise<wire.ExecInspect> {
    const { body } = await this.read({ path: path`/exec/${exec}/json`, what: `inspect the command ${exec}` }, signal);
    return body as wire.ExecInspect;
  }

  async #write(writing: Writing, signal: AbortSignal): Promise<Answer> {
    return this.transport.send({ ...writing, deadline: writing.deadline ?? this.deadlines.write }, signal);
  }
}

function idOf(answer: Answer): string {
  return (answer.body as { readonly Id: string }).Id;
}
