import { afterEach, describe, expect, it, vi } from 'vitest';
import { forgetMemory } from '../../../../../src/drivers/libvirt/actuate/forget-memory.ts';
import { startMachine } from '../../../../../src/drivers/libvirt/actuate/start.ts';
import { stopMachine, suspendMachine } from '../../../../../src/drivers/libvirt/actuate/stop.ts';
import { undefineMachine } from '../../../../../src/drivers/libvirt/actuate/undefine.ts';
import { changing, type TestChanging } from '../changing.ts';

const UUID = 'de7dd469-076f-4f7a-8bf7-56859b903ee8';
const GONE = "failed to get domain 'demo-box'";

/**
 * A machine that others move. `states` are what each look finds, the last of them for good; `null` is gone. Each of the commands is
 * refused with the words beside it.
 */
function moved(states: readonly (string | null)[], refusals: Readonly<Record<string, string>> = {}): TestChanging {
  let looks = 0;
  const state = (): string | null => states[Math.min(looks, states.length - 1)] ?? null;
  return changing((command) => {
    if (command.startsWith('domstate')) {
      const text = state();
      looks += 1;
      return text === null ? { stderr: GONE } : { stdout: text };
    }
    if (command.includes('--with-managed-save')) return { stdout: state() === 'shut off (saved)' ? `${UUID}\n` : '' };
    if (command.startsWith('managedsave-dumpxml')) return { stdout: '<domain/>' };
    if (command === 'list --name') return { stdout: state()?.startsWith('shut off') === true ? '' : 'demo-box\n' };
    const [verb = ''] = command.split(' ');
    return refusals[verb] === undefined ? undefined : { stderr: refusals[verb] };
  });
}

function commandsOf({ virsh }: TestChanging, ...verbs: readonly string[]): readonly string[] {
  return virsh.asked.map((command) => command.split(' ')[0] ?? '').filter((verb) => verbs.includes(verb));
}

describe('what somebody else has done between our look and our word', () => {
  const NOT_VALID = 'Requested operation is not valid:';

  it('is done, where it goes on already', async () => {
    const running = { resume: `Failed to resume domain 'demo-box': ${NOT_VALID} domain is already running` };

    await expect(startMachine(moved(['paused (user)', 'running'], running), 'demo-box')).resolves.toMatchObject({
      resumed: true,
    });
    await expect(startMachine(moved(['paused (user)'], running), 'demo-box')).rejects.toThrow('already running');
  });

  it('is done, where it was started already, or goes on where it is held then', async () => {
    const active = { start: `${NOT_VALID} Domain is already active` };
    const held = moved(['shut off (shutdown)', 'paused (user)'], active);

    await expect(startMachine(moved(['shut off (shutdown)', 'running'], active), 'demo-box')).resolves.toBeDefined();
    await expect(startMachine(held, 'demo-box')).resolves.toBeDefined();
    await expect(startMachine(moved(['shut off (shutdown)'], active), 'demo-box')).rejects.toThrow('already active');

    expect(commandsOf(held, 'start', 'resume')).toEqual(['start', 'resume']);
  });

  it('is done, where it was suspended already', async () => {
    const off = { managedsave: `${NOT_VALID} domain is not running` };

    await expect(suspendMachine(moved(['running', 'shut off (saved)'], off), 'demo-box')).resolves.toEqual({});
    await expect(suspendMachine(moved(['running', 'shut off (user)'], off), 'demo-box')).rejects.toThrow('not running');
  });

  it('is done, where nothing is remembered any more', async () => {
    const none = { 'managedsave-remove': 'cannot remove: No such file or directory' };

    await expect(forgetMemory(moved(['shut off (saved)', 'running'], none), 'demo-box')).resolves.toBeDefined();
    await expect(forgetMemory(moved(['shut off (saved)'], none), 'demo-box')).rejects.toThrow('cannot remove');
  });

  it('is done, where it is switched off, or undefined, already', async () => {
    const gone = { undefine: GONE };

    await expect(
      stopMachine(
        moved(['running', 'shut off (destroyed)'], { destroy: `${NOT_VALID} domain is not running` }),
        'demo-box',
        {
          grace: '0s',
        },
      ),
    ).resolves.toBeDefined();
    await expect(undefineMachine(moved(['shut off (shutdown)', null], gone), 'demo-box')).resolves.toEqual({});
    await expect(undefineMachine(moved(['shut off (shutdown)'], gone), 'demo-box')).rejects.toThrow(GONE);
  });
});

describe('a machine that is on its way', () => {
  afterEach(() => vi.useRealTimers());

  it.each([
    ['starting', 'paused (starting up)', 'running', []],
    ['being suspended', 'paused (saving)', 'shut off (saved)', ['start']],
    ['shutting down', 'in shutdown', 'shut off (shutdown)', ['start']],
  ])('and is %s is waited for before it is started', async (_words, way, end, commands) => {
    const tried = moved([way, way, end]);

    await startMachine(tried, 'demo-box');

    expect(commandsOf(tried, 'resume', 'start')).toEqual(commands);
  });

  it('up is waited for by who stops it as long as it has to go down by itself, and then switched off', async () => {
    const hung = moved(['paused (starting up)', 'paused (starting up)', 'shut off (destroyed)']);

    await expect(stopMachine(hung, 'demo-box', { grace: '0s' })).resolves.toEqual({ forced: true });

    expect(commandsOf(hung, 'resume', 'shutdown', 'destroy')).toEqual(['destroy']);
  });

  it('up from disk is not down once it was switched off, and what it remembers is kept', async () => {
    const states = ['paused (starting up)', 'shut off (saved)'];
    const leaving = { grace: '0s', isLeaving: true };

    await expect(stopMachine(moved(states), 'demo-box', leaving)).rejects.toMatchObject({
      code: 'stop_timeout',
      next: expect.stringContaining('managedsave-remove demo-box') as string,
    });
    await expect(stopMachine(moved(states), 'demo-box', { ...leaving, isSwept: true })).resolves.toEqual({
      forced: true,
    });
  });

  it('has its time on each of its ways', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const slow = (states: readonly string[]): TestChanging => {
      const told = moved(states);
      return { ...told, context: { ...told.context, progress: () => vi.setSystemTime(Date.now() + 400_000) } };
    };

    await startMachine(slow(['paused (saving)', 'paused (starting up)', 'running']), 'demo-box');
  });

  it.each([
    ['paused (saving)', 'virsh --connect qemu:///system destroy demo-box'],
    ['paused (starting up)', 'trueup stop'],
  ])('without end, as %s, is said to be ended by `%s`', async (way, next) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const told = moved([way]);
    const overdue = { ...told, context: { ...told.context, progress: () => vi.setSystemTime(Date.now() + 900_000) } };

    await expect(startMachine(overdue, 'demo-box')).rejects.toMatchObject({
      next: expect.stringContaining(next) as string,
    });
  });

  it('down is not waited for by who stops it', async () => {
    const tried = moved(['in shutdown', 'shut off (shutdown)']);

    await expect(stopMachine(tried, 'demo-box', { grace: '5s' })).resolves.toEqual({ forced: false });
  });
});
