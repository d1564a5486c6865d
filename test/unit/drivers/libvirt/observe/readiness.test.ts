import { describe, expect, it } from 'vitest';
import { machineReadiness } from '../../../../../src/drivers/libvirt/observe/readiness.ts';
import type { Json } from '../../../../../src/model/json.ts';
import { recordedText } from '../recorded.ts';
import { toldVirsh } from '../told-virsh.ts';

const RUN = /<trueup-run:run.*\/>/;

/** Of a machine whose console holds a line of some start. */
function ladder(ready: Json, running: string): Promise<unknown> {
  const virsh = toldVirsh((command) => {
    if (command.startsWith('dumpxml')) return { stdout: running };
    if (command.startsWith('pool-dumpxml')) return { stdout: "<pool type='dir'/>" };
    if (command.startsWith('vol-download')) return { file: 'READY after 2 s\n' };
    return undefined;
  });
  const { signal } = new AbortController();
  return machineReadiness({ virsh, vm: 'demo-box', config: { ready, port_forwards: {} }, signal });
}

describe('a line of the serial console', () => {
  it('counts where trueup has started the machine, and emptied it', async () => {
    expect(await ladder({ serial: 'READY' }, recordedText('running.xml'))).toEqual([
      { name: 'running', met: true, reason: null },
      { name: 'booted', met: true, reason: null },
    ]);
  });

  it.each([
    ['somebody else has started the machine', recordedText('running.xml').replace(RUN, '')],
    [
      'it goes on from a start of somebody else',
      recordedText('running.xml').replace(/(<trueup-run:run [^>]*)\/>/, '$1 console="older"/>'),
    ],
  ])('may be of an earlier start, and opens nothing, where %s', async (_, running) => {
    expect(await ladder({ serial: 'READY' }, running)).toMatchObject([
      { name: 'running', met: true },
      { name: 'booted', met: false, reason: expect.stringContaining('trueup did not start it') as string },
    ]);
  });

  it('is not needed then where other means say that it has booted', async () => {
    const running = recordedText('running.xml').replace(RUN, '');

    expect(await ladder({ serial: 'READY', ports: [8080] }, running)).toMatchObject([
      { name: 'running', met: true },
      { name: 'booted', met: true },
      { name: 'reachable', met: false },
    ]);
  });
});
