/** What a command gets: parsed options, streams, the abort signal of Ctrl-C, and how to print. */
import { resolve } from 'node:path';
import { builtInDrivers } from '../drivers/registry.ts';
import type { LookAt } from '../flow/observe.ts';
import type { Workspace, WorkspaceOptions } from '../flow/workspace.ts';
import type { ForeignRepo } from '../manifest/allow/foreign-repo.ts';
import type { JsonObject } from '../model/json.ts';
import type { Vault } from '../model/secret.ts';
import { jsonText } from '../report/json-text.ts';
import type { RenderOptions } from '../report/render-options.ts';
import type { Host } from './host.ts';
import type { Log } from './log.ts';
import { maskDocument } from '../report/mask-document.ts';

export interface CommandContext {
  /** `text`, `json`, or what else a command has. */
  readonly output: string;
  readonly directory: string;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly signal: AbortSignal;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly log: Log;
  /** How text for standard output is to be rendered. */
  readonly render: RenderOptions;
  /** How text for standard error is to be rendered. */
  readonly renderError: RenderOptions;
  /** How the engines of an environment are looked at, where that is not by connecting to them. */
  lookAt(root: string, environment: string): LookAt | undefined;
  /** How files of manifests are parsed; absent: each anew. */
  readonly parse?: Host['parse'];
  /** To be called before anything is changed, or anybody is asked. */
  beforeChange(): void;
  /** Takes known secret values out of a text; whatever is printed goes through it. */
  mask(text: string): string;
  /** Text for standard output; nothing with `--quiet` or where JSON is asked for. */
  print(text: string): void;
  /** The one JSON document on standard output. */
  printJson(document: JsonObject): void;
  /** For people, on standard error; nothing with `--quiet`. */
  note(text: string): void;
  /** Why a command does not do what it is for: text for standard output, and with `--quiet` for standard error. */
  complain(text: string): void;
  /** Opens the repo around the folder. A changing command may create what it needs to remember. */
  workspace(access: 'read' | 'change', place?: WorkspacePlace): Promise<Workspace>;
}

/** Which repo is meant, where it is not the operator's own one around the folder. */
export interface WorkspacePlace extends Pick<WorkspaceOptions, 'keptIn' | 'repository'> {
  readonly foreign?: ForeignRepo;
  /** Absolute. */
  readonly folder?: string;
}

export interface ContextOptions {
  readonly output: string;
  readonly chdir: string;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly host: Host;
}

export function commandContext(options: ContextOptions): CommandContext {
  const { output, quiet, verbose, signal, log, host } = options;
  const { stdout, stderr, environment } = host;
  const directory = resolve(host.directory, options.chdir);
  let vault: Vault | null = null;
  const mask = (text: string): string => vault?.mask(text) ?? text;
  return {
    output,
    directory,
    quiet,
    verbose,
    signal,
    stdout,
    stderr,
    log,
    render: renderOptions(stdout, verbose, environment),
    renderError: renderOptions(stderr, verbose, environment),
    lookAt: (root, environment) => host.lookAt?.(root, environment),
    ...(host.parse === undefined ? {} : { parse: host.parse }),
    beforeChange: () => host.beforeChange(),
    mask,
    print(text) {
      if (!quiet && output !== 'json' && text !== '') stdout.write(`${mask(text)}\n`);
    },
    printJson(document) {
      stdout.write(jsonText(maskDocument(document, mask)));
    },
    note(text) {
      if (!quiet && text !== '') stderr.write(`${mask(text)}\n`);
    },
    complain(text) {
      if (output !== 'json') (quiet ? stderr : stdout).write(`${mask(text)}\n`);
    },
    async workspace(access, { folder = directory, ...place } = {}) {
      const { openWorkspace } = await import('../flow/workspace.ts');
      const changing = access === 'change';
      const workspace = await openWorkspace(
        {
          directory: folder,
          drivers: builtInDrivers,
          environment,
          changing,
          ...place,
        },
        signal,
      );
      vault = workspace.vault;
      return workspace;
    },
  };
}

/** NO_COLOR, FORCE_COLOR and the terminal decide about colours, as Node reads them. */
function renderOptions(stream: NodeJS.WriteStream, verbose: boolean, environment: NodeJS.ProcessEnv): RenderOptions {
  const { NO_COLOR: plain = '', FORCE_COLOR: forced = '' } = environment;
  const color = plain === '' && (stream.isTTY ? stream.hasColors() : forced !== '');
  // A terminal that was never given a size says 0.
  const [width, height] = stream.isTTY ? [stream.columns, stream.rows] : [0, 0];
  return { color, width: width > 0 ? width : Number.POSITIVE_INFINITY, ...(height > 0 ? { height } : {}), verbose };
}
