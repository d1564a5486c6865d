/**
 * Whether a webhook is signed with a secret that both sides have. Over the bytes as they came, before any of them is read,
 * and in a time that says nothing about where a signature is wrong. What is not signed at all is not signed well.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Forge } from '../../model/forge.ts';

/** How far the clock of a forge may be from ours, where it says when it signed. */
const TOLERANCE_S = 300;

export interface Delivered {
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function isSigned(forge: Forge, delivered: Delivered, secret: string): boolean {
  if (secret === '') return false;
  const { headers, body } = delivered;
  switch (forge) {
    case 'github':
      return isHmac(prefixed(headers['x-hub-signature-256']), body, secret);
    case 'gitea':
      return isHmac(textOf(headers['x-gitea-signature']), body, secret);
    case 'forgejo':
      // A wrong one is not made good by one of the older name.
      return isHmac(textOf(headers['x-forgejo-signature'] ?? headers['x-gitea-signature']), body, secret);
    case 'bitbucket':
      return isHmac(prefixed(headers['x-hub-signature']), body, secret);
    case 'gitlab':
      return headers['webhook-signature'] === undefined
        ? isSame(textOf(headers['x-gitlab-token']), secret)
        : isStandardWebhook(delivered, secret);
    default:
      return forge satisfies never;
  }
}

/** GitLab's signing tokens follow Standard Webhooks: id, time and body are signed, so that none of them can be another. */
function isStandardWebhook({ headers, body, now }: Delivered, secret: string): boolean {
  const [id, time] = [textOf(headers['webhook-id']), textOf(headers['webhook-timestamp'])];
  if (id === '' || !/^\d{1,12}$/.test(time)) return false;
  if (Math.abs(now / 1000 - Number(time)) > TOLERANCE_S) return false;
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret);
  if (key.length === 0) return false;
  const wanted = createHmac('sha256', key).update(`${id}.${time}.`).update(body).digest('base64');
  const shown = textOf(headers['webhook-signature']).split(' ', 10);
  return shown.map((signature) => isSame(signature, `v1,${wanted}`)).includes(true);
}

function isHmac(shown: string, body: Uint8Array, secret: string): boolean {
  return isSame(shown.toLowerCase(), createHmac('sha256', secret).update(body).digest('hex'));
}

/** Digests of equal length are compared, whatever the length of what was shown. */
function isSame(shown: string, wanted: string): boolean {
  return timingSafeEqual(digestOf(shown), digestOf(wanted));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function prefixed(header: string | string[] | undefined): string {
  const text = textOf(header);
  return text.startsWith('sha256=') ? text.slice('sha256='.length) : '';
}

function textOf(header: string | string[] | undefined): string {
  return typeof header === 'string' ? header : '';
}
