/** What the nodes of a cluster have written: their system's own log, each line with its node, in the order of time. */
import { execa } from 'execa';
import type { LogLine, LogOptions } from '../../log-line.ts';
import type { Docker } from '../commands/docker.ts';
import { environmentOf } from '../commands/run.ts';
import { lookAtNodesOf } from './look.ts';
import type { NodeSight } from './nodes.ts';

export async function* nodeLogs(
  docker: Docker,
  cluster: string,
  options: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const nodes = await lookAtNodesOf(docker, cluster, signal);
  if (options.follow === true) yield* followed(docker, nodes, options, signal);
  else yield* written(docker, nodes, options, signal);
}

function argumentsFor(node: NodeSight, { tail, since, follow }: LogOptions): readonly string[] {
  return [
    'logs',
    '--timestamps',
    ...(tail === undefined ? [] : ['--tail', String(tail)]),
    ...(since === undefined ? [] : ['--since', since]),
    ...(follow === true ? ['--follow'] : []),
    node.id,
  ];
}

async function* written(
  docker: Docker,
  nodes: readonly NodeSight[],
  options: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const outputs = await Promise.all(
    nodes.map(async (node) => {
      const { stdout } = await docker.ask(argumentsFor(node, options), signal);
      return linesIn(stdout.toString('utf8')).map((line) => lineOf(node, line));
    }),
  );
  const lines = outputs.flat().toSorted((left, right) => ((left.at ?? '') < (right.at ?? '') ? -1 : 1));
  yield* options.tail === undefined ? lines : lines.slice(Math.max(0, lines.length - options.tail));
}

/** All nodes at once, as they write, until the signal aborts or the last of them is gone. */
async function* followed(
  { engine }: Docker,
  nodes: readonly NodeSight[],
  options: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const waiting: LogLine[] = [];
  let wake = Promise.withResolvers<void>();
  let open = nodes.length;
  const children = nodes.map((node) => {
    const child = execa('docker', argumentsFor(node, options), {
      env: environmentOf(engine),
      extendEnv: false,
      stdin: 'ignore',
      stderr: 'ignore',
      cancelSignal: signal,
      forceKillAfterDelay: 1000,
      reject: false,
      buffer: false,
    });
    const read = async (): Promise<void> => {
      for await (const line of child.iterable()) {
        waiting.push(lineOf(node, line));
        wake.resolve();
      }
    };
    const ended = read().finally(() => {
      open -= 1;
      wake.resolve();
    });
    return { child, ended };
  });
  try {
    for (;;) {
      const line = waiting.shift();
      if (line !== undefined) yield line;
      else if (open === 0) return;
      else {
        await wake.promise;
        wake = Promise.withResolvers<void>();
      }
    }
  } finally {
    for (const { child } of children) child.kill();
    await Promise.allSettled(children.map(({ ended }) => ended));
  }
}

function linesIn(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** Nodes have a terminal, so that all is one stream, with signs for it. */
function lineOf({ name }: NodeSight, line: string): LogLine {
  const match = /^(\d{4}-\d\d-\d\dT\S+) (.*)$/.exec(line.replace(/\r$/, ''));
  const text = (match?.[2] ?? line).replaceAll(ESCAPES, '').replaceAll('\r', '');
  return { stream: 'stdout', at: match?.[1] ?? null, line: `${name}: ${text}` };
}

const ESCAPES = /\u001B\[[0-9;?]*[ -/]*[@-~]/g;
