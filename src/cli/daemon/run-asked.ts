/**
 * Runs a command for another process: the same command, in the folder and with the variables of who asked, whose terminal
 * decides what is printed. What it would take this process to do otherwise than that one would is left to that one.
 */
import { Writable } from 'node:stream';
import { Command, CommanderError } from 'commander';
import { TrueupError } from '../../model/failure.ts';
import type { AnsweredCommand, AskedCommand, AskedStream, RunAsked } from '../../serve/api/command-route.ts';
import type { LookAt } from '../../flow/observe.ts';
import type { ParsedFile } from '../../manifest/parse.ts';
import { ParsedFiles } from '../../manifest/parsed-files.ts';
import type { Served } from '../../serve/served.ts';
import type { CommandDefinition } from '../define-command.ts';
import type { Host } from '../host.ts';
import { askable } from './askable.ts';
import { buildOf } from './build-id.ts';

/** `entry` is the bundle that this process was loaded from; what it serves has the engines in sight. */
export function runAsked(entry: string, served: Pick<Served, 'environments'>): RunAsked {
  const build = buildOf(entry);
  // Who asks again mostly has the same files, of which there may be many.
  const parsed = new ParsedFiles();
  return async (asked, signal) => {
    const { words } = asked;
    const [name, ...rest] = words;
    const load = LOADERS[name ?? ''];
    if (build === '' || asked.build !== build || load === undefined || askable(words) === null) return null;
    if (!isSameSurrounding(asked.environment, process.env)) return null;
    const { command } = await load();
    const host = new AskingHost(asked, signal, { served, parsed });
    const parser = new Command(name).exitOverride().configureOutput({ writeOut: drop, writeErr: drop });
    command.attach(parser, host);
    try {
      await parser.parseAsync(rest, { from: 'user' });
    } catch (error) {
      if (error instanceof CommanderError) return null;
      throw error;
    }
    return host.answer();
  };
}

/** Those that `askable` lets through. */
const LOADERS: Readonly<Record<string, () => Promise<{ readonly command: CommandDefinition }>>> = {
  status: () => import('../commands/status.ts'),
  plan: () => import('../commands/plan.ts'),
  drift: () => import('../commands/drift.ts'),
  apply: () => import('../commands/apply.ts'),
};

class AskingHost implements Host {
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly #signal: AbortSignal;
  readonly #served: Pick<Served, 'environments'>;
  readonly #parsed: ParsedFiles;
  readonly #output: [1 | 2, string][] = [];
  #status = 0;
  #isLeft = false;

  constructor(
    asked: AskedCommand,
    signal: AbortSignal,
    { served, parsed }: { readonly served: Pick<Served, 'environments'>; readonly parsed: ParsedFiles },
  ) {
    this.directory = asked.directory;
    this.environment = asked.environment;
    this.stdout = captured(asked.stdout, (text) => this.#output.push([1, text]));
    this.stderr = captured(asked.stderr, (text) => this.#output.push([2, text]));
    this.#signal = signal;
    this.#served = served;
    this.#parsed = parsed;
  }

  interrupts(): { readonly signal: AbortSignal; [Symbol.dispose](): void } {
    return { signal: this.#signal, [Symbol.dispose]: () => undefined };
  }

  end(status: number): void {
    this.#status = status;
  }

  lookAt(root: string, environment: string): LookAt | undefined {
    return this.#served.environments().find((one) => one.root === root && one.name === environment)?.look;
  }

  readonly parse = (file: string, bytes: Uint8Array): ParsedFile => this.#parsed.parse(file, bytes);

  beforeChange(): void {
    this.#isLeft = true;
    throw new TrueupError('interrupted', 'this is left to the process that asked for it');
  }

  answer(): AnsweredCommand | null {
    return this.#isLeft || this.#signal.aborted ? null : { status: this.#status, output: this.#output };
  }
}

/** A stream that says of itself what the one of the asking process says. */
function captured({ terminal, columns, colors }: AskedStream, take: (text: string) => void): NodeJS.WriteStream {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      take(String(chunk));
      done();
    },
  });
  const shown = terminal ? { isTTY: true, columns, hasColors: () => colors } : { isTTY: false };
  return Object.assign(stream, shown) as unknown as NodeJS.WriteStream;
}

/**
 * Variables that trueup itself, git, and clients of engines go by. Manifests are read with those of who asked in any case;
 * what they hand to services matters only where something is started, and nothing is.
 */
const SURROUNDING =
  /^(PATH|HOME|USER|LOGNAME|LANG|TZ|TMPDIR|LC_\w+|XDG_(STATE|CONFIG|DATA|CACHE)_HOME|XDG_RUNTIME_DIR|(GIT|DOCKER|COLIMA|LIMA|NODE|TRUEUP|SSL|LIBVIRT|KUBE|WSL|SSH_AUTH|GPG|LD|DYLD)\w*|\w+_proxy)$/i;

function isSameSurrounding(theirs: Readonly<Record<string, string>>, ours: NodeJS.ProcessEnv): boolean {
  const names = new Set([...Object.keys(theirs), ...Object.keys(ours)].filter((name) => SURROUNDING.test(name)));
  return [...names].every((name) => theirs[name] === ours[name]);
}

function drop(): void {
  // Whoever asked says it in their own words.
}
