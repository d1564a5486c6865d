/** What `--listen` means. Without a certificate only this machine can be listened to, and names of others are refused. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { BlockList, isIP } from 'node:net';
import { TrueupError } from '../../model/failure.ts';

export interface ListenAddress {
  /** As it was written. */
  readonly text: string;
  readonly host: string;
  readonly port: number;
  /** Whether a request may call this listener so: anything else is a page of another site, or a mistake. */
  isOwnName(name: string): boolean;
}

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** `host:port`, `[::1]:port` or `port`. `names` are further names that a proxy in front may be called by. */
export function listenAddress(text: string, tls: TlsFiles | null, names: readonly string[] = []): ListenAddress {
  const [, bracketed, plain, digits = ''] = /^(?:\[([^\]]+)\]:|([^:[\]]+):)?(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? '127.0.0.1';
  const port = Number(digits);
  if (digits === '' || port > 65_535) {
    throw new TrueupError('usage', `--listen ${text}: not an address and a port`, {
      next: 'write it as 127.0.0.1:8440',
    });
  }
  const isNear = isLoopback(host);
  if (!isNear && tls === null) {
    throw new TrueupError('usage', `--listen ${text}: without a certificate only loopback addresses are listened on`, {
      next: 'give --tls-cert and --tls-key, or listen on 127.0.0.1',
    });
  }
  const certificate = tls === null ? null : new X509Certificate(tls.cert);
  const own = new Set([host, ...names].map(plainName));
  if (isNear) for (const name of ['localhost', '127.0.0.1', '::1']) own.add(name);
  return {
    text,
    host,
    port,
    isOwnName(name) {
      const wanted = plainName(name);
      if (own.has(wanted)) return true;
      if (certificate === null) return false;
      return (isIP(wanted) === 0 ? certificate.checkHost(wanted) : certificate.checkIP(wanted)) !== undefined;
    },
  };
}

/** Certificate and key, in PEM. Throws where they cannot be read, are none, or do not belong together. */
export async function readTlsFiles(cert: string, key: string): Promise<TlsFiles> {
  const [certText, keyText] = await Promise.all([readPem(cert), readPem(key)]);
  const certificate = parsed(cert, 'certificate', () => new X509Certificate(certText));
  const privateKey = parsed(key, 'private key', () => createPrivateKey(keyText));
  if (certificate.checkPrivateKey(privateKey)) return { cert: certText, key: keyText };
  throw new TrueupError('usage', `the key in ${key} is not that of the certificate in ${cert}`, {
    next: 'name the two that belong together',
  });
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TrueupError('file_unreadable', `${path} cannot be read: ${reason}`, {
      cause,
      fields: { path },
      next: 'name a file in PEM that this user may read',
    });
  }
}

function parsed<T>(path: string, what: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new TrueupError('usage', `${path} holds no ${what} in PEM`, { cause, next: 'name a file that holds one' });
  }
}

function isLoopback(host: string): boolean {
  const family = isIP(host);
  return family === 0 ? host === 'localhost' : LOOPBACK.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}
