/** CloudEvents in structured mode, signed as Standard Webhooks have it: whoever knows the key can tell that it is us. */
import { createHmac } from 'node:crypto';
import type { SecretPlace } from '../../../model/notification.ts';
import { type Channel, DeliveryError } from '../channel.ts';
import { post } from '../post.ts';
import type { ReadSecret } from '../secret-reader.ts';

const SHORTEST_KEY = 24;

export interface WebhookOptions {
  readonly url: string;
  readonly secret: SecretPlace;
  readonly timeoutMs: number;
  readonly readSecret: ReadSecret;
}

export function webhookChannel({ url, secret, timeoutMs, readSecret }: WebhookOptions): Channel {
  return {
    most: 1,
    async send([message], dropped, signal) {
      if (message === undefined) return;
      const key = signingKey(await readSecret(secret, signal));
      const body = JSON.stringify(dropped === 0 ? message.event : { ...message.event, dropped });
      const timestamp = String(Math.floor(Date.now() / 1000));
      const headers = {
        'content-type': 'application/cloudevents+json; charset=utf-8',
        'webhook-id': message.id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signature(key, message.id, timestamp, body),
      };
      await post({ url, headers, body, timeoutMs }, signal);
    },
  };
}

/** `v1,` and the HMAC-SHA-256 of id, time and body in base64. */
function signature(key: Uint8Array, id: string, timestamp: string, body: string): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** `whsec_` and base64 as the standard has it, or any text that is long enough. */
function signingKey(secret: string): Uint8Array {
  const encoded = /^whsec_(.+)$/.exec(secret.trim())?.[1];
  const key = encoded === undefined ? Buffer.from(secret, 'utf8') : Buffer.from(encoded, 'base64');
  if (key.length >= SHORTEST_KEY) return key;
  throw new DeliveryError(`its key is shorter than ${SHORTEST_KEY} bytes`, { retryable: true });
}
