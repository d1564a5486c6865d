import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { CommandContext } from '../../../src/cli/context.ts';
import { openServeLog, type ServeLog } from '../../../src/cli/serve-log.ts';
import { TrueupError } from '../../../src/model/failure.ts';
import type { LogRule } from '../../../src/model/notification.ts';
import { passEnded, served } from '../../support/serve-events.ts';

interface Opened {
  readonly log: ServeLog;
  /** What was written, line by line. */
  lines(): readonly string[];
}

async function textLog({
  quiet = false,
  level = 'info',
}: Partial<Pick<LogRule, 'level'> & Pick<CommandContext, 'quiet'>> = {}): Promise<Opened> {
  const stderr = new PassThrough();
  const context = { output: 'text', quiet, stderr } as unknown as CommandContext;
  const place = {
    file: null,
    level,
    max_size: 1e6,
    keep: 1,
    mask: (text: string) => text.replaceAll('hunter2', '***'),
  };
  const log = await openServeLog(context, place);
  return {
    log,
    lines: () =>
      String(stderr.read() ?? '')
        .split('\n')
        .slice(0, -1),
  };
}

const FORGED = 'a\u001B[31m\n10:00:00 shop/production  applied\u001B[0m\u009B1m\u202E';

describe('what others wrote', () => {
  it('begins no line of the log and tells a terminal nothing', async () => {
    const { log, lines } = await textLog();

    log.line(FORGED, FORGED);
    log.problem(FORGED, new TrueupError('internal', FORGED, { next: FORGED }));
    log.core.info({ name: FORGED, error: new Error(FORGED), list: [FORGED] }, FORGED);
    log.core.warn({ name: FORGED }, FORGED);

    const found = lines();
    expect(found).toHaveLength(4);
    for (const line of found) expect(line).not.toMatch(/\p{C}/u);
    expect(found[0]).toContain('a\\u001b[31m\\n10:00:00 shop/production  applied\\u001b[0m\\u009b1m\\u202e');
  });

  it('is masked before it is escaped', async () => {
    const { log, lines } = await textLog();

    log.line(null, 'hunter2\n');

    expect(lines().join()).toMatch(/ \*\*\*\\n$/);
  });
});

describe('the level of a line', () => {
  const lost = served({ type: 'source_lost', what: '/repos/shop', why: 'no route to host' });
  const applied = passEnded({ outcome: 'applied' });

  it('is that of what happened: what matters is there where only warnings are wanted', async () => {
    for (const options of [{ level: 'warn' }, { quiet: true }] as const) {
      const { log, lines } = await textLog(options);

      log.line('shop/local', 'applied', applied);
      log.line(null, 'serving shop/local');
      log.core.info({}, 'told');
      log.line('shop/local', 'lost', lost);

      expect(lines().map((line) => line.slice(9))).toEqual(['shop/local  lost']);
    }
  });

  it('counts from the moment on that others are wanted', async () => {
    const { log, lines } = await textLog({ level: 'error' });

    log.line('shop/local', 'orphaned', served({ type: 'orphaned', why: 'no manifest declares it' }));
    log.levelIs('info');
    log.line('shop/local', 'applied', applied);

    expect(lines().map((line) => line.slice(9))).toEqual(['shop/local  applied']);
  });
});
