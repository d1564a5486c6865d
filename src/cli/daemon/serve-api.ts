/** The API as `trueup serve` offers it: the socket always, TCP and webhooks where the command line asks for them. */
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { type Api, openApi } from '../../serve/api/api.ts';
import type { RootClaim } from '../../serve/api/socket.ts';
import { secretReader } from '../../serve/notify/secret-reader.ts';
import type { Served } from '../../serve/served.ts';
import { type FollowedRepo, webhookTargets } from '../../serve/webhooks/targets.ts';
import { TrueupError } from '../../model/failure.ts';
import type { Masker } from '../../state/mask.ts';
import { trueupVersion } from '../version.ts';
import type { DaemonSettings } from './daemon-settings.ts';
import { runAsked } from './run-asked.ts';

export interface ServeApiOptions {
  readonly listen?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

export function addApiOptions(serve: Command): Command {
  return serve
    .option('--listen <address>', 'offer the API and webhooks on TCP too, such as 127.0.0.1:8440')
    .option('--tls-cert <file>', 'the certificate of that address, in PEM; needed beyond loopback')
    .option('--tls-key <file>', 'the key of that certificate, in PEM');
}

export interface ServeApi {
  readonly claims: readonly RootClaim[];
  /** Knows every secret that was resolved. */
  readonly masker: Masker;
  readonly settings: DaemonSettings;
  /** Sources that webhooks can tell to look. */
  readonly followed: () => readonly FollowedRepo[];
  readonly onProblem: (error: unknown) => void;
}

export async function openServeApi(served: Served, given: ServeApi, options: ServeApiOptions): Promise<Api> {
  const { claims, masker, followed, onProblem } = given;
  const { settings, root } = given.settings;
  const { listen, tlsCert: cert, tlsKey: key } = options;
  if ((cert === undefined) !== (key === undefined)) {
    throw new TrueupError('usage', '--tls-cert and --tls-key go together', { next: 'give both, or neither' });
  }
  if (listen === undefined && cert !== undefined) {
    throw new TrueupError('usage', '--tls-cert without --listen', { next: 'say where to listen with --listen' });
  }
  const tls = cert === undefined || key === undefined ? null : { cert, key };
  const read = secretReader({ root, environment: process.env, onSecret: (plain) => masker.add(plain) });
  const targets = webhookTargets(followed, {
    secrets: settings.webhooks,
    read,
    onProblem,
    now: () => performance.now(),
  });
  return openApi(served, {
    claims,
    tcp: listen === undefined ? null : { listen, tls, hosts: settings.api.hosts },
    mask: (text) => masker.mask(text),
    version: trueupVersion(),
    onProblem,
    commands: runAsked(fileURLToPath(import.meta.url), served),
    ...(Object.keys(settings.webhooks).length === 0 ? {} : { webhooks: targets }),
  });
}
