/**
 * Leaves a command to the daemon that serves the repo, where there is one: a bundle of its own, because to load the command
 * itself takes longer than the answer. Whatever is not as expected, and above all where nobody listens, the command is run
 * here as ever, and nothing is said.
 */
import { existsSync, realpathSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { isatty } from 'node:tty';
import { askable } from './askable.ts';
import { buildOf } from './build-id.ts';
import { ownSocket } from './own-socket.ts';

/** How long a daemon may take to say that it is at work. */
const PATIENCE_MS = 500;

/** Calls `runHere` where the daemon is not to be asked, or has not answered. */
export function ask(words: readonly string[], entry: string, runHere: () => void): void {
  const asked = prepared(words, entry);
  if (asked === null) {
    runHere();
    return;
  }
  const { path, body } = asked;
  let text = '';
  let isOver = false;
  const socket = connect(path);
  const patience = setTimeout(() => socket.destroy(), PATIENCE_MS);
  socket.setEncoding('utf8');
  socket.on('error', () => undefined);
  socket.on('connect', () => socket.write(requestOf(body)));
  socket.on('data', (chunk: string) => {
    clearTimeout(patience);
    text += chunk;
  });
  socket.on('close', () => {
    clearTimeout(patience);
    if (isOver) return;
    isOver = true;
    if (!tell(text)) runHere();
  });
}

function prepared(words: readonly string[], entry: string): { readonly path: string; readonly body: string } | null {
  const wanted = askable(words);
  const { env } = process;
  // Git itself is told by these where the repo is, and what belongs to it.
  if (wanted === null || Object.keys(env).some((name) => /^GIT_(DIR|WORK_TREE|COMMON_DIR|CEILING)/.test(name)))
    return null;
  try {
    const root = rootAround(realpathSync.native(resolve(wanted.chdir)));
    const path = root === null ? undefined : ownSocket(root, env);
    if (path === undefined) return null;
    const body = JSON.stringify({
      build: buildOf(entry),
      words,
      directory: process.cwd(),
      environment: env,
      stdout: streamOf(process.stdout),
      stderr: streamOf(process.stderr),
    });
    return { path, body };
  } catch {
    return null;
  }
}

function rootAround(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return null;
  }
}

function streamOf(stream: NodeJS.WriteStream & { readonly fd: number }): {
  terminal: boolean;
  columns: number;
  colors: boolean;
} {
  const terminal = isatty(stream.fd);
  return { terminal, columns: terminal ? stream.columns : 0, colors: terminal && stream.hasColors() };
}

function requestOf(body: string): string {
  const head = [
    'POST /v1/command HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

interface Answer {
  readonly run?: boolean;
  readonly status?: number;
  readonly output?: readonly (readonly [1 | 2, string])[];
}

/** Prints what the daemon has answered; false where that is nothing whole. */
function tell(text: string): boolean {
  const [, rest = ''] = /^HTTP\/1\.1 102 [^\r]*\r\n\r\n([^]*)$/.exec(text) ?? [];
  const end = rest.indexOf('\r\n\r\n');
  const head = rest.slice(0, end);
  const body = rest.slice(end + 4);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (end === -1 || !head.startsWith('HTTP/1.1 200 ') || Number(length) !== Buffer.byteLength(body)) return false;
  // Of the same build, and whole.
  const { run, status, output } = JSON.parse(body) as Answer;
  if (run !== true || status === undefined || output === undefined) return false;
  for (const stream of [process.stdout, process.stderr]) {
    // A reader that has gone away, as with `trueup status | head`.
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  for (const [stream, printed] of output) (stream === 1 ? process.stdout : process.stderr).write(printed);
  process.exitCode = status;
  return true;
}
