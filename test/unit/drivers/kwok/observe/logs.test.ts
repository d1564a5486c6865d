import { expect, test } from 'vitest';
import { timeIn } from '../../../../../src/drivers/kwok/observe/logs.ts';

const NOW = new Date(2026, 0, 2, 12);

test.each([
  ['I0102 03:04:05.678901   12 server.go:1] up', new Date(2026, 0, 2, 3, 4, 5, 678).toISOString()],
  ['W1231 23:59:59.000001   12 server.go:1] last year', new Date(2025, 11, 31, 23, 59, 59, 0).toISOString()],
  ['{"level":"info","ts":"2026-01-02T03:04:05.678Z","msg":"ready"}', '2026-01-02T03:04:05.678Z'],
  ['{"time":"2026-01-02T03:04:05Z","level":"INFO","msg":"up"}', '2026-01-02T03:04:05.000Z'],
  ['time=2026-01-02T03:04:05.000Z level=INFO msg=up', '2026-01-02T03:04:05.000Z'],
  ['panic: out of luck', null],
])('%s', (line, at) => {
  expect(timeIn(line, NOW)).toBe(at);
});
