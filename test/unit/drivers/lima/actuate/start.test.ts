import { describe, expect, it } from 'vitest';
import { startMachine } from '../../../../../src/drivers/lima/actuate/start.ts';
import { listed, toldHome } from '../told-home.ts';

describe('a machine that is started', () => {
  it('has as long for its guest as was declared, also where nobody declares anything now', async () => {
    await using home = await toldHome({ ready_timeout: '7s' }, (command) =>
      command.startsWith('list') ? listed('Stopped') : undefined,
    );

    await startMachine(home, { name: 'demo-box', config: {} }, false);
    await startMachine(home, { name: 'demo-box', config: { ready: { timeout: '9s' } } }, false);

    expect(home.asked.filter((command) => command.startsWith('start'))).toEqual([
      'start --timeout 7s demo-box',
      'start --timeout 9s demo-box',
    ]);
  });

  it('runs all the same where Lima has waited long enough for its guest, and it comes up only then', async () => {
    const states = ['Stopped', 'Broken', 'Broken', 'Running'];
    await using home = await toldHome({}, (command) => {
      if (command.startsWith('list')) return listed(states.shift() ?? 'Running');
      return command.startsWith('start')
        ? { exit_code: 1, stderr: 'did not receive an event with the `running` status' }
        : undefined;
    });

    await expect(startMachine(home, { name: 'demo-box', config: {} }, false)).resolves.toEqual({ degraded: true });
  });

  it('is not where Lima could not start it', async () => {
    await using home = await toldHome({}, (command) => {
      if (command.startsWith('list')) return listed('Stopped');
      return command.startsWith('start') ? { exit_code: 1, stderr: 'exec: qemu not found' } : undefined;
    });

    const started = startMachine(home, { name: 'demo-box', config: {} }, false);

    await expect(started).rejects.toMatchObject({ code: 'step_failed' });
  });
});
