/** Lines of text to an incoming webhook in the format of Slack. Nothing in them is markup, and nobody is called by them. */
import type { SecretPlace } from '../../../model/notification.ts';
import { type Channel, DeliveryError } from '../channel.ts';
import { post } from '../post.ts';
import type { ReadSecret } from '../secret-reader.ts';

const MOST_LINES = 20;
const LONGEST_LINE = 500;

export interface ChatOptions {
  readonly url: SecretPlace;
  readonly timeoutMs: number;
  readonly readSecret: ReadSecret;
}

export function chatChannel({ url, timeoutMs, readSecret }: ChatOptions): Channel {
  return {
    most: MOST_LINES,
    async send(messages, dropped, signal) {
      const address = (await readSecret(url, signal)).trim();
      if (!/^https?:\/\//.test(address)) throw new DeliveryError('its address is no URL', { retryable: true });
      const lost = dropped === 0 ? [] : [`${dropped} earlier messages could not be sent`];
      const lines = [...lost, ...messages.map(({ text }) => text)].map(plainLine);
      const body = JSON.stringify({ text: lines.join('\n'), mrkdwn: false });
      await post({ url: address, headers: { 'content-type': 'application/json' }, body, timeoutMs }, signal);
    },
  };
}

function plainLine(text: string): string {
  const short = text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}…` : text;
  const escaped = short.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  // Some servers take `@channel` in plain text for a call; an invisible space makes it one no longer.
  return escaped.replaceAll('@', '@\u200B');
}
