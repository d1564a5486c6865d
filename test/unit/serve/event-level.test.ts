import { expect, it } from 'vitest';
import type { PassOutcome, ServeEventDetail } from '../../../src/model/serve-event.ts';
import { eventLevel } from '../../../src/serve/log/event-level.ts';
import { passEnded, served } from '../../support/serve-events.ts';

function levelOf(detail: ServeEventDetail): string {
  return eventLevel(served(detail));
}

it('what nobody can read or reach, what is quarantined and what is orphaned is a warning at least', () => {
  const revision = { commit: '1'.repeat(40), dirty: false };

  expect(levelOf({ type: 'source_lost', what: '/repos/shop', why: 'gone' })).toBe('error');
  expect(levelOf({ type: 'engine_lost', what: 'docker', why: 'gone' })).toBe('error');
  expect(levelOf({ type: 'quarantined', revision, why: 'it failed twice' })).toBe('error');
  expect(levelOf({ type: 'orphaned', why: 'no manifest declares it' })).toBe('warn');
  expect(levelOf({ type: 'source_back', what: '/repos/shop', why: 'read' })).toBe('info');
  expect(levelOf({ type: 'triggered', kind: 'git', reason: 'commit 1a2b3c4d5e6f' })).toBe('info');
});

it('the end of a pass has the level of how it ended', () => {
  const levels: Readonly<Record<PassOutcome, string>> = {
    in_sync: 'info',
    reported: 'info',
    applied: 'info',
    cancelled: 'info',
    held: 'warn',
    blocked: 'warn',
    failed: 'error',
    invalid: 'error',
  };

  for (const [outcome, level] of Object.entries(levels) as [PassOutcome, string][])
    expect(eventLevel(passEnded({ outcome })), outcome).toBe(level);
});

it('an environment that gets worse is told louder than one that gets better', () => {
  const change = { type: 'state_changed', from: 'provisioning', reason: 'service.web died' } as const;

  expect(levelOf({ ...change, to: 'failed' })).toBe('error');
  expect(levelOf({ ...change, to: 'degraded' })).toBe('warn');
  expect(levelOf({ ...change, to: 'healthy' })).toBe('info');
});
