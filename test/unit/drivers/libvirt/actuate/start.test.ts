import { describe, expect, it } from 'vitest';
import { startMachine } from '../../../../../src/drivers/libvirt/actuate/start.ts';
import { stopMachine } from '../../../../../src/drivers/libvirt/actuate/stop.ts';
import { changing, type TestChanging } from '../changing.ts';

const UUID = 'de7dd469-076f-4f7a-8bf7-56859b903ee8';

/** A machine that is suspended to disk, of which the file cannot be read, or the start fails. */
function suspended(problems: {
  readonly file?: string;
  readonly start?: string;
  readonly free?: number;
}): TestChanging {
  return changing((command) => {
    if (command === 'nodememstats' && problems.free !== undefined) return { stdout: `free  : ${problems.free} KiB\n` };
    if (command.startsWith('domstate')) return { stdout: 'shut off (saved)' };
    if (command.includes('--with-managed-save')) return { stdout: `${UUID}\n` };
    if (command.startsWith('managedsave-dumpxml')) return { stdout: '<domain/>', stderr: problems.file ?? '' };
    return command === 'start demo-box' ? { stderr: problems.start ?? '' } : undefined;
  });
}

describe('what a machine remembers', () => {
  it.each([
    [{ file: 'operation failed: image magic is incorrect' }],
    [{ file: 'operation failed: failed to read qemu header' }],
    [{ start: 'qemu-system-x86_64: load of migration failed: Input/output error' }],
  ])('is dropped where it is damaged: %j', async (problems) => {
    const tried = suspended(problems);

    await expect(startMachine(tried, 'demo-box')).resolves.toMatchObject({ dropped_save: true });

    expect(tried.virsh.asked).toContain('start demo-box --force-boot');
  });

  it.each([
    [{ file: 'Timed out during operation: cannot acquire state change lock' }],
    [{ start: 'qemu-system-x86_64: load of migration failed: Cannot allocate memory' }],
    [{ start: 'cannot acquire state change lock (held by monitor=restore)' }],
  ])('is kept where something else is in the way: %j', async (problems) => {
    const tried = suspended(problems);

    await expect(startMachine(tried, 'demo-box')).rejects.toThrow();

    expect(tried.virsh.asked).not.toContain('start demo-box --force-boot');
  });

  it.each([
    "Could not set up host forwarding rule 'tcp:127.0.0.1:22022-:22'",
    'qemu-system-x86_64: load of migration failed: Cannot allocate memory',
    'cannot acquire state change lock (held by monitor=restore)',
    "Cannot access storage file '/pool/box.iso': Permission denied",
  ])('is kept with its disks where the machine goes, and what is in the way may pass: %s', async (start) => {
    const leaving = { grace: null, isLeaving: true };

    await expect(stopMachine(suspended({ start }), 'demo-box', leaving)).rejects.toMatchObject({
      next: expect.stringContaining('managedsave-remove demo-box') as string,
    });
    await expect(stopMachine(suspended({ start }), 'demo-box', { ...leaving, isSwept: true })).resolves.toMatchObject({
      note: expect.stringContaining('is lost') as string,
    });
  });

  it('is kept where the host has no memory for it, which says how to give it up', async () => {
    const tried = suspended({ free: 1024 });

    await expect(stopMachine(tried, 'demo-box', { grace: null, isLeaving: true })).rejects.toMatchObject({
      message: expect.stringContaining('of memory to give') as string,
      next: expect.stringContaining('managedsave-remove demo-box') as string,
    });
  });

  it('does not keep a machine from being removed where it can never come back, and else is said to be there', async () => {
    const tried = suspended({
      start: "Cannot access storage file '/gone.iso' (as uid:64055): No such file or directory",
    });

    await expect(stopMachine(tried, 'demo-box', { grace: null, isLeaving: true })).resolves.toMatchObject({
      note: expect.stringContaining('/gone.iso') as string,
    });
    await expect(stopMachine(tried, 'demo-box', { grace: null })).rejects.toMatchObject({
      next: expect.stringContaining('managedsave-remove demo-box') as string,
    });

    expect(tried.virsh.asked).not.toContain('start demo-box --force-boot');
  });
});
