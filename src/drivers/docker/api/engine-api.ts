/**
 * The calls of the Docker Engine API that this driver makes. Each carries its own deadline beside the caller's signal,
 * and rejects with a TrueupError whose code says what the engine meant (errors.ts), or with the signal's reason. An
 * inspect of what is not there answers `null`. `EngineReader` sends GET and HEAD and its transport refuses all else.
 */
import type { Duplex, Readable } from 'node:stream';
import type { DockerFacts } from '../facts.ts';
import type * as wire from './wire.ts';

export interface EngineReader {
  /** Where the engine is, for people: `unix:///var/run/docker.sock`. */
  readonly endpoint: string;
  /** Asked once per connection; negotiates the version of the API. Rejects with `engine_unreachable`. */
  facts(signal: AbortSignal): Promise<DockerFacts>;
  /** What it says of itself and its machine. */
  info(signal: AbortSignal): Promise<wire.InfoAnswer>;
  /** A sign of life. Rejects with `engine_unreachable` after a few seconds without one. */
  ping(signal: AbortSignal): Promise<void>;
  /** It may be gone, or another one: the next call asks that first. */
  doubt(): void;
  /** What its clock says, to the second, in milliseconds since the epoch; `null` where it does not say. */
  now(signal: AbortSignal): Promise<number | null>;

  containers(signal: AbortSignal): Promise<readonly wire.ContainerSummary[]>;
  container(idOrName: string, signal: AbortSignal): Promise<wire.ContainerInspect | null>;
  /** What differs in its own layer from its image; `null` where it is gone. */
  changes(id: string, signal: AbortSignal): Promise<readonly wire.LayerChange[] | null>;
  networks(signal: AbortSignal): Promise<readonly wire.NetworkInspect[]>;
  /** By id or exact name, with what is attached to it; ids of which it is a prefix do not count. */
  network(idOrName: string, signal: AbortSignal): Promise<wire.NetworkInspect | null>;
  volumes(signal: AbortSignal): Promise<readonly wire.VolumeInspect[]>;
  volume(name: string, signal: AbortSignal): Promise<wire.VolumeInspect | null>;
  /** By reference or id. */
  image(reference: string, signal: AbortSignal): Promise<wire.ImageInspect | null>;
  images(signal: AbortSignal): Promise<readonly wire.ImageSummary[]>;
  /** A tar of images, by reference or id, as `docker load` reads it; what lacks a reference has an id alone. */
  saveImages(references: readonly string[], signal: AbortSignal): Promise<Readable>;

  /**
   * Events from now on, or from `since` (seconds with a fraction, as `timeNano` says it). Resolves once the engine listens.
   * No deadline: ends when the signal aborts, rejects or throws when the connection is lost.
   */
  events(
    filters: Readonly<Record<string, readonly string[]>>,
    since: string | null,
    signal: AbortSignal,
  ): Promise<AsyncIterable<wire.EventMessage>>;
  /** What the engine still remembers of what has happened, between two times in seconds of its own clock. */
  past(
    filters: Readonly<Record<string, readonly string[]>>,
    between: { readonly since: string; readonly until: string },
    signal: AbortSignal,
  ): Promise<readonly wire.EventMessage[]>;
  /** The raw stream of `GET /containers/{id}/logs` with both outputs; multiplexed unless the container has a terminal. */
  logs(id: string, options: LogQuery, signal: AbortSignal): Promise<Readable>;
  /** A tar of a path in a container, running or not. */
  readArchive(id: string, path: string, signal: AbortSignal): Promise<Readable>;

  /** Frees connections. Idempotent. */
  close(): Promise<void>;
}

export interface LogQuery {
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly tail?: number;
  /** Unix seconds, with a fraction. */
  readonly since?: string;
}

export interface EngineWriter extends EngineReader {
  /** Answers the id. */
  createContainer(
    name: string,
    platform: string | null,
    body: wire.CreateContainerBody,
    signal: AbortSignal,
  ): Promise<string>;
  /** Done as well when it runs already. */
  startContainer(id: string, signal: AbortSignal): Promise<void>;
  /** Done as well when it does not run. The deadline is the grace time and half a minute. */
  stopContainer(id: string, graceSeconds: number, signal: AbortSignal): Promise<void>;
  killContainer(id: string, signalName: string, signal: AbortSignal): Promise<void>;
  /** Done as well when it is paused. */
  pauseContainer(id: string, signal: AbortSignal): Promise<void>;
  /** Done as well when it is not paused. */
  unpauseContainer(id: string, signal: AbortSignal): Promise<void>;
  renameContainer(id: string, name: string, signal: AbortSignal): Promise<void>;
  updateContainer(id: string, body: wire.UpdateContainerBody, signal: AbortSignal): Promise<void>;
  /** Anonymous volumes go along with `volumes`. Done as well when it is gone, or when another call's removal of it is done. */
  removeContainer(
    id: string,
    options: { readonly force: boolean; readonly volumes: boolean },
    signal: AbortSignal,
  ): Promise<void>;
  writeArchive(id: string, path: string, tar: Readable, signal: AbortSignal): Promise<void>;

  /** Answers the id. */
  createNetwork(body: wire.CreateNetworkBody, signal: AbortSignal): Promise<string>;
  /** Done as well when it is gone. */
  removeNetwork(id: string, signal: AbortSignal): Promise<void>;
  connectNetwork(
    network: string,
    container: string,
    endpoint: wire.EndpointSettings,
    signal: AbortSignal,
  ): Promise<void>;
  /** Done as well when it is not attached, or when one of the two is gone. */
  disconnectNetwork(
    network: string,
    container: string,
    options: { readonly force: boolean },
    signal: AbortSignal,
  ): Promise<void>;

  createVolume(body: wire.CreateVolumeBody, signal: AbortSignal): Promise<wire.VolumeInspect>;
  /** Done as well when it is gone. */
  removeVolume(name: string, signal: AbortSignal): Promise<void>;

  /** Gives an image a further name, which it takes from whichever image had it. */
  tagImage(image: string, repository: string, tag: string, signal: AbortSignal): Promise<void>;
  /** Takes a name off an image, and removes one that has no other. Done as well when it is gone; refused while it is used. */
  untagImage(reference: string, signal: AbortSignal): Promise<void>;

  /**
   * The messages of a pull, to its end; a message with `error` is thrown. `auth` is the value of `X-Registry-Auth`. The
   * deadline is for silence, not for the whole.
   */
  pull(
    reference: string,
    platform: string | null,
    auth: string | null,
    signal: AbortSignal,
  ): Promise<AsyncIterable<PullMessage>>;

  /** Answers the id of the exec. */
  createExec(container: string, body: ExecBody, signal: AbortSignal): Promise<string>;
  /** The attached stream: multiplexed unless `Tty`. No deadline of its own. */
  startExec(exec: string, body: { readonly Tty: boolean }, signal: AbortSignal): Promise<Duplex>;
  resizeExec(
    exec: string,
    size: { readonly rows: number; readonly columns: number },
    signal: AbortSignal,
  ): Promise<void>;
  exec(exec: string, signal: AbortSignal): Promise<wire.ExecInspect>;
}

export interface ExecBody {
  readonly Cmd: readonly string[];
  readonly Env?: readonly string[];
  readonly User?: string;
  /** Absolute. */
  readonly WorkingDir?: string;
  readonly Privileged?: boolean;
  readonly AttachStdin: boolean;
  readonly AttachStdout: boolean;
  readonly AttachStderr: boolean;
  readonly Tty: boolean;
  /** What is typed to leave the command running: keys with commas between. */
  readonly DetachKeys?: string;
}

export interface PullMessage {
  readonly status?: string;
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly error?: string;
}
