import { describe, expect, it } from 'vitest';
import type { Changing } from '../../../../../src/drivers/libvirt/actuate/changing.ts';
import { startMachine } from '../../../../../src/drivers/libvirt/actuate/start.ts';
import { changing } from '../changing.ts';
import type { Says, ToldVirsh } from '../told-virsh.ts';

interface Tried {
  readonly changing: Changing;
  readonly virsh: ToldVirsh;
  /** The commands of each process, by their names, and what becomes of it where nobody waits any more. */
  readonly processes: readonly (readonly string[])[];
}

/** A machine that is off. */
function off(says: Says = () => undefined, { isInterrupted = false } = {}): Tried {
  const told = changing((command) =>
    command.startsWith('domstate') ? { stdout: 'shut off (shutdown)' } : says(command),
  );
  const processes: (readonly string[])[] = [];
  const stop = new AbortController();
  const tried: Changing = {
    ...told,
    context: { ...told.context, signal: stop.signal },
    virsh: {
      ...told.virsh,
      ask(commands, signal, timeoutMs, unheard = 'ended') {
        processes.push([...commands.map(([name = '']) => name), unheard]);
        if (isInterrupted && commands[0]?.[0] === 'start') stop.abort(new Error('interrupted'));
        signal.throwIfAborted();
        return told.virsh.ask(commands, signal, timeoutMs);
      },
    },
  };
  return { changing: tried, virsh: told.virsh, processes };
}

describe('that we started a machine', () => {
  it('is noted by the process that starts it, which is left to its end where we are interrupted meanwhile', async () => {
    const tried = off(undefined, { isInterrupted: true });

    await expect(startMachine(tried.changing, 'demo-box')).rejects.toThrow('interrupted');

    expect(tried.processes.at(-1)).toEqual(['start', 'metadata', 'left']);
  });

  it('is noted in a second try where the first is refused', async () => {
    let asked = 0;
    const tried = off((command) => {
      if (!command.startsWith('metadata')) return undefined;
      asked += 1;
      return asked === 1 ? { stderr: 'cannot acquire state change lock' } : {};
    });

    await expect(startMachine(tried.changing, 'demo-box')).resolves.toEqual({ restored: false });

    expect(asked).toBe(2);
  });

  it('is said not to be noted where it cannot be', async () => {
    const tried = off((command) => (command.startsWith('metadata') ? { stderr: 'domain is not running' } : undefined));

    await expect(startMachine(tried.changing, 'demo-box')).resolves.toMatchObject({
      note: expect.stringContaining('domain is not running') as string,
    });
  });
});
