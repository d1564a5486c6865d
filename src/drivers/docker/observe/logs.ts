/**
 * The log of a container: both outputs, in the order in which the engine kept the lines. The engine ends a followed log
 * whenever the container stops; it is taken up again where it ended as soon as the container is started again.
 */
import { TrueupError } from '../../../model/failure.ts';
import type { LogLine, LogOptions } from '../../log-line.ts';
import type { ObjectReference } from '../../scope.ts';
import type { EngineReader } from '../api/engine-api.ts';
import type { ContainerInspect } from '../api/wire.ts';
import { framesOf } from './demultiplex.ts';
import { hear } from './engine-stream.ts';
import { LineSplitter } from './line-splitter.ts';
import { Place } from './log-place.ts';
import { unixSeconds } from './log-time.ts';

/** Ends when the signal aborts, without a word, and with `follow` when the container is removed. */
export async function* readLogs(
  reader: EngineReader,
  object: ObjectReference,
  options: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  if (object.type !== 'service') return;
  try {
    if (options.follow === true) yield* follow(reader, object, options, signal);
    else yield* readOnce(reader, object, options, signal);
  } catch (error) {
    if (!signal.aborted) throw unreadable(object, error);
  }
}

async function* readOnce(
  reader: EngineReader,
  { name }: ObjectReference,
  options: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const container = await reader.container(name, signal);
  if (container !== null) yield* linesOf(reader, container, options, signal);
}

async function* follow(
  reader: EngineReader,
  { name }: ObjectReference,
  options: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const found = await reader.container(name, signal);
  if (found === null) return;
  const { Id: id } = found;
  const turns = hear(reader, { type: ['container'], container: [id], event: LIFE }, signal);
  try {
    const place = new Place();
    let next = options;
    for (let container: ContainerInspect | null = found; container !== null; ) {
      for await (const line of linesOf(reader, container, next, signal)) if (place.isNew(line)) yield line;
      if (signal.aborted) return;
      container = await nextLife(reader, container, turns, signal);
      if (container !== null) next = { follow: true, ...place.resume(container) };
    }
  } finally {
    await turns.return(undefined);
  }
}

const LIFE = ['start', 'destroy', 'remove'];

/**
 * The container once it was started anew; `null` when it is gone. The engine is listened to from the first turn on, which
 * says so: between a look and the turn after it no start is missed.
 */
async function nextLife(
  reader: EngineReader,
  { Id: id, State: { StartedAt: started } }: ContainerInspect,
  turns: AsyncIterator<unknown>,
  signal: AbortSignal,
): Promise<ContainerInspect | null> {
  for (;;) {
    const now = await reader.container(id, signal);
    if (now === null || now.State.StartedAt !== started) return now;
    const { done } = await turns.next();
    if (done === true) return null;
  }
}

async function* linesOf(
  reader: EngineReader,
  { Id: id, Config: { Tty: isTerminal = false } }: ContainerInspect,
  { follow: isFollowed = false, tail, since }: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const query = {
    follow: isFollowed,
    timestamps: true,
    ...(tail === undefined ? {} : { tail }),
    ...(since === undefined ? {} : { since: unixSeconds(since) }),
  };
  const lines = new LineSplitter(isTerminal);
  const stream = await reader.logs(id, query, signal);
  for await (const frame of framesOf(stream, isTerminal)) yield* lines.add(frame);
  yield* lines.rest();
}

const UNREADABLE = /does not support reading|'none' log driver/;

/** A logging driver that sends its lines elsewhere cannot be read by anybody. */
function unreadable({ name }: ObjectReference, error: unknown): unknown {
  if (!(error instanceof TrueupError) || !UNREADABLE.test(error.message)) return error;
  return new TrueupError('step_failed', `the logs of service ${name} cannot be read: its logging driver keeps none`, {
    cause: error,
    fields: { name },
    next: 'look where its logging driver sends them, or give the engine one that keeps them, such as json-file',
  });
}
