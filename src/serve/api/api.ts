/**
 * The API of a daemon, from its first request to its last. It rests on `Served` alone. Without `--listen` there is nothing
 * but the socket; with it tokens and webhooks too.
 */
import type { Server } from 'node:http';
import { hostname, userInfo } from 'node:os';
import { maskDocument } from '../../report/mask-document.ts';
import { openMetrics } from '../metrics.ts';
import type { Served } from '../served.ts';
import { addWebhookRoute, type WebhookTargets } from '../webhooks/route.ts';
import { openApp } from './app.ts';
import { addCommandRoute, type RunAsked } from './command-route.ts';
import type { ApiContext } from './context.ts';
import { EventStreams } from './event-stream.ts';
import type { RateLimits } from './guard.ts';
import { type ListenAddress, listenAddress, readTlsFiles } from './listen-address.ts';
import { closeServer, listenOnSocket, listenOnTcp, type Patience } from './listeners.ts';
import type { RootClaim } from './socket.ts';
import { TokenStore } from './tokens.ts';

export interface ApiOptions {
  /** The roots that are served, claimed by the caller, who gives them up after the API is closed. */
  readonly claims: readonly RootClaim[];
  readonly tcp: TcpOptions | null;
  /** What webhooks can tell to look, asked anew for each; absent where none are taken. */
  readonly webhooks?: WebhookTargets;
  /** Takes known secrets out of a text. */
  readonly mask: (text: string) => string;
  readonly version: string;
  /** Runs commands for command lines; absent where they run them themselves. */
  readonly commands?: RunAsked;
  /** Told of defects, and of what was asked for in the background and failed. */
  readonly onProblem: (error: unknown) => void;
  /** For tests. */
  readonly tokens?: TokenStore;
  readonly patience?: Patience;
  readonly rates?: RateLimits;
}

export interface TcpOptions {
  /** As `--listen` has it. */
  readonly listen: string;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Names under which a proxy in front is called. */
  readonly hosts: readonly string[];
}

export interface Api extends AsyncDisposable {
  /** The port of TCP; `null` without. */
  readonly port: number | null;
}

/** Listens. Disposing ends every stream and connection. */
export async function openApi(served: Served, options: ApiOptions): Promise<Api> {
  const address = options.tcp === null ? null : await tcpAddress(options.tcp);
  await using opened = new AsyncDisposableStack();
  const ending = new AbortController();
  const streams = opened.use(new EventStreams(served, { mask: options.mask }));
  const metrics = opened.use(await openMetrics(served, { version: options.version, eventStreams: () => streams.size }));
  const context = contextOf(served, ending.signal, options);
  const { webhooks, commands } = options;
  const app = await openApp({
    context,
    tokens: options.tokens ?? new TokenStore(),
    streams,
    metrics,
    version: options.version,
    onDefect: options.onProblem,
    ...(options.rates === undefined ? {} : { rates: options.rates }),
    addMore: async (more) => {
      if (commands !== undefined) addCommandRoute(more, context, commands);
      if (webhooks !== undefined) await addWebhookRoute(more, context, metrics, webhooks);
    },
  });
  opened.defer(() => app.close());
  const servers: Server[] = [];
  opened.defer(async () => {
    await Promise.all(servers.map((server) => closeServer(server)));
  });
  for (const claim of options.claims) servers.push(await listenOnSocket(claim, app.handle, options.patience));
  let port: number | null = null;
  if (address !== null) {
    const listener = await listenOnTcp(address.address, address.tls, app.handle, options.patience);
    servers.push(listener.server);
    ({ port } = listener);
  }
  // First of all: whoever waits stops waiting.
  opened.defer(() => {
    ending.abort();
    streams[Symbol.dispose]();
  });
  const all = opened.move();
  return { port, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

async function tcpAddress(
  tcp: TcpOptions,
): Promise<{ readonly address: ListenAddress; readonly tls: { readonly cert: string; readonly key: string } | null }> {
  const tls = tcp.tls === null ? null : await readTlsFiles(tcp.tls.cert, tcp.tls.key);
  return { address: listenAddress(tcp.listen, tls, tcp.hosts), tls };
}

function contextOf(served: Served, ending: AbortSignal, { mask, onProblem }: ApiOptions): ApiContext {
  return {
    served,
    ending,
    user: userAtHost(),
    now: () => Date.now(),
    mask,
    answer: (document) => maskDocument(document, mask),
    inBackground(work) {
      work.catch((error: unknown) => {
        if (!ending.aborted) onProblem(error);
      });
    },
  };
}

/** A user without an entry in the user database still has a number. */
function userAtHost(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}@${hostname()}`;
  }
}
