/**
 * Why a pull failed, told apart by what the engine says. Engines pass on the words of registries, and every generation
 * has its own; the status of the answer says nothing (it is 500 for most of them).
 */
import type { FailureCode } from '../../../model/codes.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import { DOCKER_HUB, type NamedImage } from './image-reference.ts';
import type { Login } from './login.ts';

export interface FailedPull {
  /** As declared. */
  readonly reference: string;
  readonly image: NamedImage;
  readonly platform: string | null;
  readonly login: Login;
}

type Reason =
  | 'no_space'
  | 'too_many'
  | 'no_platform'
  | 'denied'
  | 'not_found'
  | 'untrusted'
  | 'broken_off'
  | 'unreachable'
  | 'broken';

/** The first that fits counts: the words of a later one may stand in the message of an earlier one. */
const WORDS: readonly (readonly [reason: Reason, words: RegExp])[] = [
  ['no_space', /no space left|disk quota exceeded/i],
  ['too_many', /toomanyrequests|too many requests|\b429\b|rate limit/i],
  [
    'no_platform',
    /no matching manifest|no match for platform|no image found in (the )?manifest list|choose an image for/i,
  ],
  // Docker Hub's way of not telling whether there is such an image.
  ['not_found', /repository does not exist or may require (?!authorization: authorization failed)/i],
  [
    'denied',
    /unauthorized|\b401\b|\b403\b|no basic auth|authentication required|authorization failed|denied|forbidden/i,
  ],
  ['not_found', /manifest unknown|name unknown|unknown blob|not found|\b404\b|name_unknown|manifest_unknown/i],
  ['untrusted', /x509|certificate|server gave HTTP response to HTTPS client|first record does not look like a TLS/i],
  ['broken_off', /\beof\b|short read|reset by peer|broken pipe/i],
  [
    'unreachable',
    /refused|no such host|unreachable|no route to host|time-?out|timed out|deadline exceeded|lookup|dial tcp|failed to do request/i,
  ],
  // Some generations keep the status to themselves.
  ['broken', /\b5\d\d\b|error from registry: unknown/],
];

/** `said` is what the engine says of it. What is no failure of the registry's comes back as it was. */
export function pullFailure(error: unknown, said: string, failed: FailedPull): TrueupError {
  const { reference, login } = failed;
  const quoted = withoutSecrets(said, login.secrets);
  const reason = reasonOf(quoted, failed);
  const { code, retryable, what, next } = explain(reason, failed);
  const fields: JsonObject = { reference, registry: failed.image.registry, reason: reason ?? 'other' };
  const message = `cannot pull ${reference}: ${what === null ? '' : `${what}: `}${quoted}`;
  // The error behind it quotes the engine too, secrets and all.
  const cause = withoutSecrets(said, []) === quoted ? { cause: error } : {};
  return new TrueupError(code, message, { ...cause, retryable, fields, next });
}

/** In one line; engines say some things twice. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  const line = [...new Set(text.split(/\s*\n\s*/))].join('; ');
  return secrets.reduce((masked, secret) => masked.replaceAll(secret, '(secret)'), line);
}

/** An image may be called as a failure is. */
function reasonOf(said: string, { reference, image }: FailedPull): Reason | null {
  const names = [
    reference,
    `${image.repository}/manifests/${image.digest ?? image.tag}`,
    image.repository,
    image.registry,
  ];
  const text = names.reduce((rest, name) => rest.replaceAll(name, ''), said);
  return WORDS.find(([, words]) => words.test(text))?.[0] ?? null;
}

interface Explanation {
  readonly code: FailureCode;
  readonly retryable: boolean;
  readonly what: string | null;
  readonly next: string;
}

function explain(reason: Reason | null, failed: FailedPull): Explanation {
  if (reason !== null) return EXPLANATIONS[reason](failed);
  return { code: 'step_failed', retryable: false, what: null, next: `look at the cause${problemOf(failed)}` };
}

const EXPLANATIONS: Readonly<Record<Reason, (failed: FailedPull) => Explanation>> = {
  not_found: (failed) => {
    const { image, login } = failed;
    const command = loginCommand(image.registry);
    const hidden =
      login.header === null
        ? `a private image looks the same without a login: \`${command}\`${problemOf(failed)}`
        : 'the login of this machine may not be allowed to see it';
    const what = `${image.registry} shows no ${image.digest === null ? 'such image or tag' : 'image with this digest'}`;
    return { code: 'image_not_found', retryable: false, what, next: `check the reference; ${hidden}` };
  },
  denied: (failed) => {
    const { image, login } = failed;
    const command = loginCommand(image.registry);
    const isAnonymous = login.header === null;
    const what = `${image.registry} ${isAnonymous ? 'wants a login' : 'refuses the login of this machine'}`;
    const next = isAnonymous
      ? `run \`${command}\`${problemOf(failed)}`
      : `run \`${command}\` again, as somebody who may pull this image`;
    return { code: 'registry_denied', retryable: false, what, next };
  },
  too_many: (failed) => {
    const { image, login } = failed;
    const more = `, or log in, which may be allowed more: \`${loginCommand(image.registry)}\`${problemOf(failed)}`;
    const next = `wait a while${login.header === null ? more : ''}`;
    return { code: 'registry_unavailable', retryable: true, what: `${image.registry} was asked too often`, next };
  },
  no_platform: ({ platform }) => {
    const what = `the image does not come for ${platform ?? 'the platform of this engine'}`;
    const next = 'set `container.platform` to one that the image has, or take another image';
    return { code: 'image_not_found', retryable: false, what, next };
  },
  no_space: () => {
    const next = 'free space on the disk of the engine; `docker system df` shows what takes it';
    return { code: 'step_failed', retryable: false, what: 'the disk of the engine is full', next };
  },
  untrusted: ({ image: { registry } }) => {
    const what = `the engine does not trust ${registry}`;
    const next = `install the certificate of ${registry} for the engine, or list it among the insecure registries of the engine`;
    return { code: 'registry_unavailable', retryable: false, what, next };
  },
  broken_off: ({ image: { registry } }) => {
    const next = `try again: what has arrived is kept; if it lasts, look at the network and proxy of the engine, and at ${registry}`;
    return { code: 'registry_unavailable', retryable: true, what: `${registry} broke off the connection`, next };
  },
  unreachable: ({ image: { registry } }) => {
    const next = `check that ${registry} is spelt right and answers, and the network and proxy of the engine`;
    return { code: 'registry_unavailable', retryable: true, what: `the engine cannot reach ${registry}`, next };
  },
  broken: ({ image: { registry } }) => {
    const next = 'try again later; this is trouble of the registry';
    return { code: 'registry_unavailable', retryable: true, what: `${registry} fails`, next };
  },
};

function problemOf({ login: { problem } }: FailedPull): string {
  return problem === null ? '' : `; the login of this machine cannot be used: ${problem}`;
}

function loginCommand(registry: string): string {
  return registry === DOCKER_HUB ? 'docker login' : `docker login ${registry}`;
}
