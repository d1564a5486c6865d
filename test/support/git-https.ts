/** A remote over https: git's own server behind one of ours, with a certificate that nobody knows and a password. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';

const BACKEND = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');

export interface HttpsRemote extends AsyncDisposable {
  readonly url: string;
  /** The certificate, in a file: the only one that vouches for the server. */
  readonly ca: string;
  /** How often somebody came without the password, and with it. */
  readonly asked: { refused: number; answered: number };
}

/** Whether this machine has what it takes. */
export function canServeGit(): boolean {
  return existsSync(BACKEND) && hasOpenssl();
}

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Serves a bare repo to whoever is `me` with this password. `folder` gets the certificate and its key. */
export async function httpsRemote(bare: string, password: string, folder: string): Promise<HttpsRemote> {
  const [key, ca] = [join(folder, 'server.key'), join(folder, 'server.pem')];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync('openssl', [...made, '-keyout', key, '-out', ca, ...names], { stdio: 'ignore' });
  const expected = `Basic ${Buffer.from(`me:${password}`).toString('base64')}`;
  const asked = { refused: 0, answered: 0 };
  const server = createServer({ key: readFileSync(key), cert: readFileSync(ca) }, (request, response) => {
    const isKnown = request.headers.authorization === expected;
    asked[isKnown ? 'answered' : 'refused'] += 1;
    if (isKnown) answer(request, response, bare);
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
  });
  server.listen(0, 'localhost');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}/${basename(bare)}`,
    ca,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** As a web server runs a CGI program. */
function answer(request: IncomingMessage, response: ServerResponse, bare: string): void {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const child = spawn(BACKEND, {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: dirname(bare),
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => {
    const whole = Buffer.concat(chunks);
    const end = whole.indexOf('\r\n\r\n');
    const lines = whole.toString('latin1', 0, end).split('\r\n');
    const status = lines.find((line) => line.startsWith('Status:'));
    for (const line of lines.filter((one) => !one.startsWith('Status:'))) {
      const colon = line.indexOf(':');
      response.setHeader(line.slice(0, colon), line.slice(colon + 1).trim());
    }
    response.writeHead(Number(/\d+/.exec(status ?? '200')?.[0])).end(whole.subarray(end + 4));
  });
}
