/** A sentence in which words between backticks are what somebody types. It is text all the same, whoever wrote it. */
import { type Content, el } from './html.ts';

export function prose(text: string): Content {
  const parts = text.split('`');
  // Of a backtick that is never closed nobody knows what it was for.
  if (parts.length % 2 === 0) return text;
  return parts.map((part, index) => (index % 2 === 0 ? part : el('code', {}, part)));
}
