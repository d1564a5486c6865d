/**
 * A tiny image registry on a loopback port, which engines take for trusted without TLS. It holds small images under any
 * names, may want a login, and fails in the ways in which registries fail. What it was asked is on record.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { digestOf, imageOf, type ImageParts } from './registry-image.ts';

export interface RegistryOptions {
  /** What a client has to send; `null` for none. With `bearer` it gets a token for its login first. */
  readonly auth: 'basic' | 'bearer' | null;
  readonly username: string;
  readonly password: string;
  /** What `bearer` takes in the place of a name and password. */
  readonly identityToken: string;
}

export interface Registry extends AsyncDisposable {
  /** `127.0.0.1:5000`. */
  readonly host: string;
  /** Each request as `GET /v2/shop/manifests/1`, in the order in which they came. */
  readonly requests: readonly string[];
  /** Puts an image under a name and tag, and answers the digest of its manifest. */
  put(repository: string, tag: string, parts?: ImageParts): string;
  /** Answers what matches with this failure from now on; `null` for none. */
  fail(failure: RegistryFailure | null): void;
  /** Layers are sent so far and then no further; `null` for all of it. */
  stallAfter(bytes: number | null): void;
  /** Layers are sent so far, and then the connection is closed; `null` for all of it. */
  cutAfter(bytes: number | null): void;
  /** How often that happened. */
  readonly cuts: number;
}

export interface RegistryFailure {
  /** Method and path; absent for every request. */
  readonly on?: RegExp;
  readonly status: number;
  /** As registries name it: `TOOMANYREQUESTS`. */
  readonly code: string;
  readonly message: string;
}

interface Stored {
  readonly type: string;
  readonly content: Buffer;
}

export async function startRegistry(options: Partial<RegistryOptions> = {}): Promise<Registry> {
  const { auth = null, username = 'me', password = 'hunter2', identityToken = 'an-identity' } = options;
  const manifests = new Map<string, Stored>();
  const blobs = new Map<string, Buffer>();
  const requests: string[] = [];
  let failure: RegistryFailure | null = null;
  let stall: number | null = null;
  let cut: number | null = null;
  let cuts = 0;
  const server = createServer((request, response) => {
    const asked = `${request.method} ${request.url}`;
    requests.push(asked);
    if (failure !== null && (failure.on ?? /^/).test(asked)) return refuse(response, failure);
    if (request.url?.startsWith('/token') === true) return void answerToken(request, response);
    if (!isWelcome(request)) return challenge(response);
    return answer(request, response);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

  function isWelcome({ headers }: IncomingMessage): boolean {
    if (auth === null) return true;
    return headers.authorization === (auth === 'basic' ? basic : 'Bearer a-token');
  }

  function challenge(response: ServerResponse): void {
    const bearer = `Bearer realm="http://${host}/token",service="test",scope="repository:any:pull"`;
    response.setHeader('www-authenticate', auth === 'basic' ? 'Basic realm="test"' : bearer);
    refuse(response, { status: 401, code: 'UNAUTHORIZED', message: 'authentication required' });
  }

  async function answerToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { authorization } = request.headers;
    // An identity token comes as a form, and so does the login of some clients.
    const form = new URLSearchParams(request.method === 'POST' ? await text(request) : '');
    const isLogin = form.get('username') === username && form.get('password') === password;
    if (authorization === basic || isLogin || form.get('refresh_token') === identityToken)
      return sendJson(response, 200, { token: 'a-token', access_token: 'a-token' });
    const isAnonymous = authorization === undefined && request.method === 'GET';
    if (isAnonymous) return sendJson(response, 200, { token: 'for-nothing' });
    refuse(response, { status: 401, code: 'UNAUTHORIZED', message: 'incorrect username or password' });
  }

  function answer({ method, url = '' }: IncomingMessage, response: ServerResponse): void {
    if (/^\/v2\/?$/.test(url)) return sendJson(response, 200, {});
    const [, repository, kind, reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/?]+)/.exec(url) ?? [];
    if (kind === 'manifests') {
      const found = manifests.get(`${repository}:${reference}`) ?? manifests.get(reference);
      if (found === undefined)
        return refuse(response, { status: 404, code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' });
      return send(response, method, found, digestOf(found.content));
    }
    const content = blobs.get(reference);
    if (content === undefined) return refuse(response, { status: 404, code: 'BLOB_UNKNOWN', message: 'blob unknown' });
    send(response, method, { type: 'application/octet-stream', content }, reference);
  }

  function send(response: ServerResponse, method: string | undefined, { type, content }: Stored, digest: string): void {
    response.writeHead(200, {
      'content-type': type,
      'content-length': content.length,
      'docker-content-digest': digest,
    });
    const limit = cut ?? stall;
    if (method === 'HEAD') response.end();
    else if (limit === null || content.length <= limit) response.end(content);
    else if (cut === null) response.write(content.subarray(0, limit));
    else {
      cuts += 1;
      response.write(content.subarray(0, limit), () => response.destroy());
    }
  }

  return {
    host,
    requests,
    get cuts() {
      return cuts;
    },
    put(repository, tag, parts = {}) {
      const image = imageOf(parts);
      for (const { digest, content } of image.blobs) blobs.set(digest, content);
      for (const { type, digest, content } of image.manifests) manifests.set(digest, { type, content });
      const { type, digest, content } = image.top;
      manifests.set(`${repository}:${tag}`, { type, content });
      return digest;
    },
    fail: (given) => {
      failure = given;
    },
    stallAfter: (bytes) => {
      stall = bytes;
    },
    cutAfter: (bytes) => {
      cut = bytes;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(response: ServerResponse, { status, code, message }: RegistryFailure): void {
  sendJson(response, status, { errors: [{ code, message }] });
}

function sendJson(response: ServerResponse, status: number, document: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(document));
}
