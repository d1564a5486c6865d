import { describe, expect, it } from 'vitest';
import type { EngineWriter, PullMessage } from '../../../../../src/drivers/docker/api/engine-api.ts';
import type { ImageInspect } from '../../../../../src/drivers/docker/api/wire.ts';
import { pullImage } from '../../../../../src/drivers/docker/actuate/pull.ts';
import { TrueupError } from '../../../../../src/model/failure.ts';

const HOST = '127.0.0.1:5000';
const WEB = `${HOST}/shop/web:1`;
const DIGEST = `sha256:${'d'.repeat(64)}`;
const NOBODY: NodeJS.ProcessEnv = { HOME: '/nowhere' };
const SOMEBODY: NodeJS.ProcessEnv = {
  HOME: '/nowhere',
  DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [HOST]: { username: 'me', password: 'hunter2' } } }),
};

interface Asked {
  readonly reference: string;
  readonly platform: string | null;
  readonly auth: string | null;
}

interface FakeEngine {
  readonly writer: EngineWriter;
  readonly asked: readonly Asked[];
}

/** An engine that answers a pull with these messages, or refuses it. */
function engine(messages: readonly PullMessage[] | TrueupError, image: Partial<ImageInspect> | null = {}): FakeEngine {
  const asked: Asked[] = [];
  const writer: Pick<EngineWriter, 'pull' | 'image'> = {
    async pull(reference, platform, auth) {
      asked.push({ reference, platform, auth });
      if (messages instanceof TrueupError) throw messages;
      return (async function* answer() {
        yield* messages;
      })();
    },
    image: async () => (image === null ? null : { Id: 'sha256:1', Os: 'linux', Architecture: 'amd64', ...image }),
  };
  return { writer: writer as EngineWriter, asked };
}

function refusal(reference: string, said: string): TrueupError {
  return new TrueupError('step_failed', `cannot pull ${reference}: ${said}`, { fields: { status: 500 } });
}

async function failureOfPull(
  { writer }: FakeEngine,
  { reference = WEB, platform = null as string | null, environment = NOBODY } = {},
): Promise<TrueupError> {
  const context = { signal: new AbortController().signal, progress: () => undefined, environment };
  const error: unknown = await pullImage(writer, { reference, platform }, context).catch((caught: unknown) => caught);
  if (error instanceof TrueupError) return error;
  throw new Error(`it should have failed: ${JSON.stringify(error)}`);
}

/** What both generations of the engine say, word for word, and what it means. */
const WORDINGS: readonly (readonly [said: string, code: string, reason: string])[] = [
  ['manifest unknown', 'image_not_found', 'not_found'],
  ['name unknown', 'image_not_found', 'not_found'],
  [`failed to resolve reference "${WEB}": ${WEB}: not found`, 'image_not_found', 'not_found'],
  ['manifest for busybox:nosuch not found: manifest unknown: manifest unknown', 'image_not_found', 'not_found'],
  [
    "pull access denied for nosuch, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    'image_not_found',
    'not_found',
  ],
  [
    'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    'image_not_found',
    'not_found',
  ],
  ['no matching manifest for linux/amd64 in the manifest list entries', 'image_not_found', 'no_platform'],
  [
    'no matching manifest for linux/amd64/v3 in the manifest list entries: no match for platform in manifest: not found',
    'image_not_found',
    'no_platform',
  ],
  [`Head "http://${HOST}/v2/shop/web/manifests/1": no basic auth credentials`, 'registry_denied', 'denied'],
  ['unauthorized', 'registry_denied', 'denied'],
  ['error from registry: denied\ndenied', 'registry_denied', 'denied'],
  [
    `failed to resolve reference "${WEB}": pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`,
    'registry_denied',
    'denied',
  ],
  [
    `unknown: failed to resolve reference "${WEB}": unexpected status from HEAD request to http://${HOST}/v2/shop/web/manifests/1: 401 Unauthorized`,
    'registry_denied',
    'denied',
  ],
  ['toomanyrequests: You have reached your pull rate limit.', 'registry_unavailable', 'too_many'],
  [
    `unknown: failed to resolve reference "${WEB}": unexpected status from HEAD request to http://${HOST}/v2/shop/web/manifests/1: 429 Too Many Requests`,
    'registry_unavailable',
    'too_many',
  ],
  ['received unexpected HTTP status: 503 Service Unavailable', 'registry_unavailable', 'broken'],
  [
    `unknown: failed to resolve reference "${WEB}": unexpected status from HEAD request to http://${HOST}/v2/shop/web/manifests/1: 500 Internal Server Error`,
    'registry_unavailable',
    'broken',
  ],
  ['error from registry: unknown\nunknown', 'registry_unavailable', 'broken'],
  ['short read: expected 1000485 bytes but got 200000: unexpected EOF', 'registry_unavailable', 'broken_off'],
  [
    `failed to copy: read tcp 127.0.0.1:51234->${HOST}: read: connection reset by peer`,
    'registry_unavailable',
    'broken_off',
  ],
  [`Get "http://${HOST}/v2/": EOF`, 'registry_unavailable', 'broken_off'],
  [`Get "http://${HOST}/v2/": dial tcp ${HOST}: connect: connection refused`, 'registry_unavailable', 'unreachable'],
  [
    `failed to resolve reference "${WEB}": failed to do request: Head "https://${HOST}/v2/shop/web/manifests/1": dial tcp: lookup registry.invalid: no such host`,
    'registry_unavailable',
    'unreachable',
  ],
  [
    `Get "https://${HOST}/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)`,
    'registry_unavailable',
    'unreachable',
  ],
  [`Get "https://${HOST}/v2/": x509: certificate signed by unknown authority`, 'registry_unavailable', 'untrusted'],
  [`Get "https://${HOST}/v2/": http: server gave HTTP response to HTTPS client`, 'registry_unavailable', 'untrusted'],
  ['write /var/lib/docker/tmp/GetImageBlob1: no space left on device', 'step_failed', 'no_space'],
  ['something that nobody has seen before', 'step_failed', 'other'],
];

describe('pullImage', () => {
  it('says which image it became, and what the registry calls it', async () => {
    const digests = [`other/web@sha256:${'e'.repeat(64)}`, `${HOST}/shop/web@${DIGEST}`];
    const { writer, asked } = engine([{ status: 'Pulling from shop/web', id: '1' }], { RepoDigests: digests });
    const context = { signal: new AbortController().signal, progress: () => undefined, environment: NOBODY };

    const pulled = await pullImage(writer, { reference: WEB, platform: 'linux/arm64' }, context);

    expect(pulled).toEqual({ id: 'sha256:1', digest: DIGEST });
    expect(asked).toEqual([{ reference: WEB, platform: 'linux/arm64', auth: null }]);
  });

  it('never asks for all tags of an image', async () => {
    const { writer, asked } = engine([]);
    const context = { signal: new AbortController().signal, progress: () => undefined, environment: NOBODY };

    await pullImage(writer, { reference: 'docker.io/library/busybox', platform: null }, context);
    await pullImage(writer, { reference: `busybox:1@${DIGEST}`, platform: null }, context);

    expect(asked.map(({ reference }) => reference)).toEqual(['busybox:latest', `busybox@${DIGEST}`]);
  });

  it('sends the login of this machine to its registry alone', async () => {
    const { writer, asked } = engine([]);
    const context = { signal: new AbortController().signal, progress: () => undefined, environment: SOMEBODY };

    await pullImage(writer, { reference: WEB, platform: null }, context);
    await pullImage(writer, { reference: 'ghcr.io/shop/web:1', platform: null }, context);

    expect(Buffer.from(asked[0]?.auth ?? '', 'base64url').toString()).toContain('hunter2');
    expect(asked[1]?.auth).toBeNull();
  });

  it.each(['sha256:'.padEnd(71, 'a'), 'Shop/Web:1:2', ''])('refuses %j, which no registry knows', async (reference) => {
    const fake = engine([]);

    const { code, next } = await failureOfPull(fake, { reference });

    expect(code).toBe('image_not_found');
    expect(next).not.toBeNull();
    expect(fake.asked).toEqual([]);
  });

  it('ends with the reason of the signal', async () => {
    const controller = new AbortController();
    const { writer } = engine([
      { id: 'a', status: 'Waiting' },
      { id: 'a', status: 'Downloading' },
    ]);
    const progress = (): void => controller.abort(new Error('enough'));
    const context = { signal: controller.signal, progress, environment: NOBODY };

    await expect(pullImage(writer, { reference: WEB, platform: null }, context)).rejects.toThrow('enough');
  });

  it('leaves to others what is no word of a registry', async () => {
    const gone = new TrueupError('engine_unreachable', 'the engine went away');

    expect(await failureOfPull(engine(gone))).toBe(gone);
  });
});

describe('a pull that fails', () => {
  it.each(WORDINGS)('is understood from %j', async (said, code, reason) => {
    const refused = await failureOfPull(engine(refusal(WEB, said)));
    const inStream = await failureOfPull(engine([{ error: said }]));

    for (const failure of [refused, inStream]) {
      expect(failure).toMatchObject({ code, fields: { reference: WEB, registry: HOST, reason } });
      expect(failure.message).toContain(`cannot pull ${WEB}: `);
      expect(failure.message).toContain(said.split('\n')[0]);
      expect(failure.message).not.toContain('\n');
      expect(failure.next).not.toBeNull();
    }
  });

  it('is not misunderstood because the image is called as a failure is', async () => {
    const reference = `${HOST}/denied/not-found:429`;
    const said = `Get "http://${HOST}/v2/denied/not-found/manifests/429": something else`;

    const { fields } = await failureOfPull(engine(refusal(reference, said)), { reference });

    expect(fields['reason']).toBe('other');
  });

  it('names the command that logs in, and what keeps a login from being used', async () => {
    const denied = engine(refusal(WEB, 'unauthorized'));
    const broken = { HOME: '/nowhere', DOCKER_AUTH_CONFIG: '{ "credsStore": "none-such" }', PATH: '/nowhere' };

    expect((await failureOfPull(denied)).next).toContain(`\`docker login ${HOST}\``);
    expect((await failureOfPull(denied, { environment: broken })).next).toContain('docker-credential-none-such');
    expect((await failureOfPull(denied, { environment: SOMEBODY })).message).toContain('refuses the login');
    const hub = engine(refusal('acme/private:1', 'unauthorized'));
    expect((await failureOfPull(hub, { reference: 'acme/private:1' })).next).toContain('`docker login`');
  });

  it('says of a missing image that it may be private, as long as nobody is logged in', async () => {
    const missing = engine(refusal(WEB, 'manifest unknown'));

    expect((await failureOfPull(missing)).next).toContain('private');
    expect((await failureOfPull(missing, { environment: SOMEBODY })).next).not.toContain('docker login');
  });

  it('names the platform that was asked for', async () => {
    const fake = engine(refusal(WEB, 'no matching manifest for linux/arm64 in the manifest list entries'));

    expect((await failureOfPull(fake, { platform: 'linux/arm64' })).message).toContain('does not come for linux/arm64');
  });

  it('shows no secret, wherever the registry quotes one', async () => {
    const fake = engine(refusal(WEB, 'unauthorized: hunter2 is wrong'));

    const failure = await failureOfPull(fake, { environment: SOMEBODY });

    expect(failure.message).toContain('(secret) is wrong');
    expect(`${failure.next} ${String(failure.cause)} ${JSON.stringify(failure.fields)}`).not.toContain('hunter2');
  });
});
