/** What webhooks can tell to look, with the secrets that `webhooks` of trueup.yaml names. */
import type { Forge } from '../../model/forge.ts';
import type { SecretPlace, WebhookSecrets } from '../../model/notification.ts';
import type { PushedRef } from './push.ts';
import type { WebhookTarget } from './route.ts';

/** A source that follows a repo elsewhere. */
export interface FollowedRepo {
  readonly name: string;
  /** Its addresses, without credentials. */
  readonly urls: readonly string[];
  concerns(ref: PushedRef): boolean;
  poke(reason: string): void;
}

export interface WebhookTargetOptions {
  readonly secrets: WebhookSecrets;
  readonly read: (place: SecretPlace, signal: AbortSignal) => Promise<string>;
  /** Told why a secret could not be read. */
  readonly onProblem: (error: unknown) => void;
  /** Milliseconds of the process. */
  readonly now: () => number;
}

/** So that nobody makes a command run for each request that is sent. */
const KEPT_MS = 60_000;

/** Where nothing is followed, a right signature is right all the same. */
const NOTHING: FollowedRepo = { name: '', urls: [], concerns: () => false, poke: () => undefined };

export function webhookTargets(
  followed: () => readonly FollowedRepo[],
  { secrets, read, onProblem, now }: WebhookTargetOptions,
): () => readonly WebhookTarget[] {
  const kept = new Map<Forge, { readonly secret: Promise<string | null>; readonly until: number }>();

  function secret(forge: Forge): Promise<string | null> {
    const place = secrets[forge];
    if (place === undefined) return Promise.resolve(null);
    const known = kept.get(forge);
    if (known !== undefined && known.until > now()) return known.secret;
    // For all who wait for it: nobody who goes away takes it along.
    const fresh = read(place, AbortSignal.timeout(KEPT_MS)).catch((error: unknown) => {
      onProblem(error);
      return null;
    });
    kept.set(forge, { secret: fresh, until: now() + KEPT_MS });
    return fresh;
  }

  return () => {
    const repos = followed();
    return (repos.length === 0 ? [NOTHING] : repos).map((repo) => ({
      name: repo.name,
      urls: repo.urls,
      concerns: (ref) => repo.concerns(ref),
      poke: (reason) => repo.poke(reason),
      secret,
    }));
  };
}
