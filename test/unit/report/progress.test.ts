import { describe, expect, it } from 'vitest';
import type { Step } from '../../../src/model/plan.ts';
import type { StepResult } from '../../../src/model/run.ts';
import { LiveProgress } from '../../../src/report/live-progress.ts';
import { PlainProgress } from '../../../src/report/plain-progress.ts';
import { openProgress } from '../../../src/report/progress.ts';
import type { ProgressClock } from '../../../src/report/progress-printer.ts';
import { probe, result, run, step, unstarted } from '../../support/builders.ts';
import { Terminal } from '../../support/terminal.ts';

class ManualClock implements ProgressClock {
  #now = 1_000_000;
  readonly #timers = new Set<{ every: number; next: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }

  every(milliseconds: number, callback: () => void): () => void {
    const timer = { every: milliseconds, next: this.#now + milliseconds, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  get timers(): number {
    return this.#timers.size;
  }

  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let timer = this.#due(end); timer !== undefined; timer = this.#due(end)) {
      this.#now = timer.next;
      timer.next += timer.every;
      timer.callback();
    }
    this.#now = end;
  }

  #due(end: number): { every: number; next: number; callback: () => void } | undefined {
    return [...this.#timers].find((timer) => timer.next <= end);
  }
}

const START = step('service.db', 'start');
const GATE = step('service.db', 'service_healthy', { phase: 'gate' });
const API = step('service.api', 'start');

function ended(
  of: Step,
  overrides: Partial<StepResult> = {},
): { readonly type: 'step_ended'; readonly step: Step; readonly result: StepResult } {
  return { type: 'step_ended', step: of, result: result(of.address, of.verb, { phase: of.phase, ...overrides }) };
}

const BEGIN = { type: 'run_started', run: 'r', environment: 'local', steps: [START, GATE, API] } as const;

/** The screen with the spinner at rest. */
function still(terminal: Terminal): readonly string[] {
  return terminal.screen.map((line) => line.replace(/[\u2800-\u28ff]/, '*'));
}

const ERROR = { code: 'step_failed', message: 'no such file\nmore', retryable: false, fields: {}, next: null } as const;

describe('plain progress', () => {
  it('prints one line for each step that ran, with the time since the run began', () => {
    const [terminal, clock] = [new Terminal(200, 24), new ManualClock()];
    const printer = new PlainProgress(terminal, { clock, color: false });

    printer.emit(BEGIN);
    printer.emit({ type: 'step_started', step: START });
    clock.advance(1200);
    printer.emit(ended(START, { duration_ms: 1200 }));
    printer.emit({ type: 'step_started', step: GATE });
    clock.advance(300);
    printer.emit({ type: 'probe', address: 'service.db', probe: probe() });
    clock.advance(9800);
    printer.emit({
      type: 'probe',
      address: 'service.db',
      probe: probe({ exit_code: 1, target: 'CMD check\u001B[2J' }),
    });
    clock.advance(100);
    printer.emit({ type: 'probe', address: 'service.db', probe: probe() });
    printer.emit(ended(GATE, { status: 'failed', duration_ms: 10_200, error: ERROR }));
    printer.emit({ type: 'step_ended', step: API, result: unstarted('service.api', 'start', 'skipped', GATE.id) });
    printer.emit({ type: 'run_ended', run: run() });
    printer.emit(ended(API));

    expect(terminal.written).toBe(
      [
        '[   1.2 s] ✔ service.db start: done in 1.2 s',
        '[  11.3 s] … service.db still waiting: CMD check\\u001b[2J fails (exit code 1)',
        '[  11.4 s] ✘ service.db waiting to be healthy: failed after 10.2 s: no such file',
        '',
      ].join('\n'),
    );
  });
});

describe('a rung that is waited for', () => {
  it('says why it is not met', () => {
    const [terminal, clock] = [new Terminal(200, 24), new ManualClock()];
    const printer = new PlainProgress(terminal, { clock, color: false });

    printer.emit(BEGIN);
    printer.emit({ type: 'step_started', step: GATE });
    clock.advance(12_000);
    const output = 'cloud-init is not done\nmore';
    printer.emit({
      type: 'probe',
      address: 'service.db',
      probe: probe({ check_type: 'rung', target: 'booted', output }),
    });

    expect(terminal.written).toBe('[  12.0 s] … service.db still waiting: booted: cloud-init is not done\n');
  });
});

describe('live progress', () => {
  it('shows a row per resource with what it does and for how long, and leaves the last state standing', () => {
    const [terminal, clock] = [new Terminal(60, 24), new ManualClock()];
    const printer = new LiveProgress(terminal, { clock, color: false });

    printer.emit(BEGIN);
    printer.emit({ type: 'step_started', step: START });
    clock.advance(1500);
    expect(still(terminal)).toEqual([
      ' * service.db   start                                 1.5 s',
      ' · service.api',
      ' 1 running, 1 waiting of 2',
    ]);

    printer.emit(ended(START));
    printer.emit({ type: 'step_started', step: GATE });
    printer.emit({ type: 'probe', address: 'service.db', probe: probe() });
    printer.emit({ type: 'step_started', step: API });
    printer.emit({ type: 'step_progress', step: API, message: 'forked\u0007' });
    clock.advance(500);
    expect(still(terminal)).toEqual([
      ' * service.db   GET http://localhost:8080/health…     2.0 s',
      ' * service.api  start: forked\\u0007                  500 ms',
      ' 2 running of 2',
    ]);

    printer.emit(ended(GATE));
    printer.emit(ended(API, { status: 'failed', error: ERROR }));
    printer.emit({ type: 'run_ended', run: run() });
    expect(terminal.screen).toEqual([
      ' ✔ service.db   done                                  2.0 s',
      ' ✘ service.api  no such file                         500 ms',
      ' 1 done, 1 failed of 2',
    ]);
    expect(clock.timers).toBe(0);
    expect(terminal.listenerCount('resize')).toBe(0);
  });

  it('draws at most ten times a second, however many events there are', () => {
    const [terminal, clock] = [new Terminal(60, 24), new ManualClock()];
    const printer = new LiveProgress(terminal, { clock, color: false });
    let frames = 0;
    terminal.write = (): boolean => {
      frames += 1;
      return true;
    };

    printer.emit(BEGIN);
    for (let event = 0; event < 1000; event += 1) {
      printer.emit({ type: 'step_progress', step: START, message: String(event) });
      clock.advance(1);
    }

    expect(frames).toBeGreaterThan(0);
    expect(frames).toBeLessThanOrEqual(10);
    printer.close();
  });

  it('writes nothing while nothing changes but what it must', () => {
    const [terminal, clock] = [new Terminal(60, 24), new ManualClock()];
    const printer = new LiveProgress(terminal, { clock, color: false });
    printer.emit({ ...BEGIN, steps: [START] });
    clock.advance(100);
    const before = terminal.written.length;

    clock.advance(2000);

    expect(terminal.written.length).toBe(before);
    printer.close();
    expect(terminal.screen).toEqual([' · service.db', ' 1 waiting of 1']);
  });

  it('never draws more rows than the terminal has, and keeps those that tell most', () => {
    const [terminal, clock] = [new Terminal(60, 8), new ManualClock()];
    const printer = new LiveProgress(terminal, { clock, color: false });
    const steps = Array.from({ length: 500 }, (_, index) => step(`service.s${index}`, 'start'));

    printer.emit({ ...BEGIN, steps });
    for (const each of steps.slice(0, 100)) {
      printer.emit({ type: 'step_started', step: each });
      clock.advance(1);
      printer.emit(ended(each));
    }
    for (const each of steps.slice(200, 202)) printer.emit({ type: 'step_started', step: each });
    printer.emit(ended(steps[150] ?? START, { status: 'failed', error: ERROR }));
    clock.advance(100);

    expect(still(terminal).map((line) => line.slice(0, 15).trimEnd())).toEqual([
      ' ✔ service.s97',
      ' ✔ service.s98',
      ' ✔ service.s99',
      ' ✘ service.s150',
      ' * service.s200',
      ' * service.s201',
      ' 100 done, 2 ru',
    ]);
    printer.close();
  });

  it('leaves nothing of the old frame behind when the terminal is resized', () => {
    const [terminal, clock] = [new Terminal(100, 24), new ManualClock()];
    terminal.write('before\n');
    const printer = new LiveProgress(terminal, { clock, color: false });
    printer.emit(BEGIN);
    printer.emit({ type: 'step_started', step: START });
    clock.advance(500);

    for (const columns of [45, 80, 41]) {
      terminal.resize(columns);
      expect(terminal.screen).toHaveLength(4);
      expect(terminal.screen[0]).toBe('before');
      expect(terminal.screen.every((line) => line.length < columns)).toBe(true);
    }
    printer.close();
  });
});

describe('openProgress', () => {
  it('is live on a terminal with room, and plain elsewhere', async () => {
    const clock = new ManualClock();
    const options = { clock, color: false, live: true };

    expect(await openProgress(new Terminal(80, 24), options)).toBeInstanceOf(LiveProgress);
    expect(await openProgress(new Terminal(80, 24), { ...options, live: false })).toBeInstanceOf(PlainProgress);
    expect(await openProgress(new Terminal(30, 24), options)).toBeInstanceOf(PlainProgress);
    expect(await openProgress(new Terminal(80, 3), options)).toBeInstanceOf(PlainProgress);
  });
});
