import { expect, it } from 'vitest';
import type { ServeEvent } from '../../../src/model/serve-event.ts';
import { eventLines } from '../../../src/serve/log/event-lines.ts';
import { passEnded, served } from '../../support/serve-events.ts';

const ONE = { environment: 'shop/dev' };
const OTHER = { environment: 'shop/stage' };
const WHY = 'there is no socket at unix:///run/docker.sock';

type When = { readonly environment: string };

const RETRY = { type: 'triggered', kind: 'retry', reason: 'tried again' } as const;

function lost(when: When, why = WHY): ServeEvent {
  return served({ type: 'engine_lost', what: 'docker', why }, when);
}

function back(when: When): ServeEvent {
  return served({ type: 'engine_back', what: 'docker', why: 'it answers again' }, when);
}

function blocked(when: When, code: 'engine_unreachable' | 'locked' = 'engine_unreachable'): ServeEvent {
  const failure = { code, message: 'it cannot be carried out', retryable: true, fields: {}, next: null };
  return passEnded({ outcome: 'blocked', failure, next_at: '2026-01-31T10:00:01.000Z' }, when);
}

function attempt(when: When): readonly ServeEvent[] {
  return [served(RETRY, when), blocked(when)];
}

function linesOf(...events: readonly ServeEvent[]): readonly string[] {
  const lineOf = eventLines();
  return events.flatMap((event) => lineOf(event) ?? []);
}

it('an engine that is away is told once, and once that it is back, whatever is tried meanwhile', () => {
  const away = [
    lost(ONE),
    blocked(ONE),
    lost(OTHER),
    blocked(OTHER),
    ...attempt(ONE),
    ...attempt(OTHER),
    ...attempt(ONE),
  ];

  const lines = linesOf(...away, back(ONE), back(OTHER), ...away, back(OTHER), back(ONE));

  const once = [`engine docker does not answer: ${WHY}`, 'engine docker answers again'];
  expect(lines).toEqual([...once, ...once]);
});

it('another engine of the same name is another engine', () => {
  expect(linesOf(lost(ONE), lost(OTHER, 'nobody listens at tcp://b'), back(OTHER), back(ONE))).toHaveLength(4);
});

it('attempts are told that fail for another reason, or of an environment whose engine answers', () => {
  expect(linesOf(lost(ONE), blocked(ONE, 'locked'))).toHaveLength(2);
  expect(linesOf(lost(ONE), ...attempt(OTHER))).toHaveLength(3);
  expect(linesOf(lost(ONE), back(ONE), ...attempt(ONE))).toHaveLength(4);
});
