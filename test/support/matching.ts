/** What tests compare JSON with: vitest's asymmetric matchers and `JSON.parse` without their `any`. */
import { expect } from 'vitest';

export function containing(text: string): unknown {
  return expect.stringContaining(text);
}

export function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}

export function anyText(): unknown {
  return expect.any(String);
}

export function anyNumber(): unknown {
  return expect.any(Number);
}

export function parsed(text: string): unknown {
  return JSON.parse(text);
}
