import { describe, expect, it } from 'vitest';
import type { Actuator } from '../../../src/drivers/driver.ts';
import type { ExecOptions, ExecResult } from '../../../src/drivers/reach.ts';
import { failureOf } from '../../../src/model/failure.ts';
import { scalarText } from '../../../src/model/json.ts';
import type { Step } from '../../../src/model/plan.ts';
import type { Vault } from '../../../src/model/secret.ts';
import { runHooks } from '../../../src/reconcile/hooks.ts';
import { TailBuffer } from '../../../src/drivers/tail-buffer.ts';

const PLAIN = 'correct-horse-battery-staple';

const vault: Vault = { reveal: () => PLAIN, mask: (text) => text.replaceAll(PLAIN, '***') };

const step: Step = {
  id: 'service.web:post_start',
  address: 'service.web',
  changed: 'service.web',
  engine: 'process',
  name: 'shop-web-1',
  phase: 'start',
  verb: 'post_start',
  args: { hooks: [{ command: ['up'], user: null, privileged: false, working_dir: null, environment: {} }] },
  cause: 'it is started',
  depends_on: [],
};

/** Cuts what was written as drivers do. */
function saying(text: string): Actuator {
  return {
    run: () => Promise.reject(new Error('not asked for')),
    exec(_object, _config, _command, { maxOutput = 65_536 }: ExecOptions): Promise<ExecResult> {
      const output = new TailBuffer(maxOutput);
      output.add(Buffer.from(text));
      return Promise.resolve({ exit_code: 1, output: output.text() });
    },
    connect: () => Promise.reject(new Error('not asked for')),
    close: () => Promise.resolve(),
  };
}

describe('a hook that fails', () => {
  it.each([4080, 4085, 4095])('tells no part of a secret, wherever its output is cut: %d', async (behind) => {
    const run = {
      actuator: saying(`${'.'.repeat(9000)}${PLAIN}${'.'.repeat(behind)}`),
      config: {},
      vault,
      signal: new AbortController().signal,
      isRunning: () => Promise.resolve(true),
      progress: () => undefined,
    };

    const failure = failureOf(await runHooks(step, 'post_start', run).catch((error: unknown) => error));

    expect(failure.code).toBe('hook_failed');
    const output = scalarText(failure.fields['output'] ?? null);
    expect(output.length).toBeLessThanOrEqual(4096);
    expect(output.replaceAll('.', '').replaceAll('*', '')).toBe('');
  });

  it('because its service ended is no failure, also where the engine says so a moment later', async () => {
    const looks = [true, false];
    const run = {
      actuator: saying(''),
      config: {},
      vault,
      signal: new AbortController().signal,
      isRunning: () => Promise.resolve(looks.shift() ?? false),
      progress: () => undefined,
    };

    expect(await runHooks(step, 'post_start', run)).toEqual({ ran: 0, exited: true });
  });
});
