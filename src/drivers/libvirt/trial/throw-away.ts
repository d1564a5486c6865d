/**
 * A machine that lives as long as somebody holds on to it: libvirt takes it away with the connection that made it, so that nothing
 * of it is left, however who asked for it ends.
 */
import { complaint } from '../virsh/failures.ts';
import { withFile } from '../virsh/files.ts';
import { commandLine } from '../virsh/quote.ts';
import type { Storing } from '../actuate/changing.ts';
import type { XmlElement } from '../xml/element.ts';
import { writeXml } from '../xml/write.ts';

/** What libvirt complains of until now; empty for nothing. */
export type Complaint = () => string;

export async function withThrowAway<T>(
  { virsh, context }: Storing,
  definition: XmlElement,
  act: (complaintNow: Complaint) => Promise<T>,
): Promise<T> {
  const { execa } = await import('execa');
  return withFile(writeXml(definition), async (file) => {
    const child = execa('virsh', ['--quiet', '--connect', virsh.engine.uri], {
      env: { ...process.env, LC_ALL: 'C', LANGUAGE: 'C' },
      extendEnv: false,
      stdin: 'pipe',
      stdout: 'ignore',
      cancelSignal: context.signal,
      forceKillAfterDelay: 1000,
      reject: false,
      buffer: false,
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
    // Who is not there any more hears nothing; what it said tells why.
    child.stdin.on('error', () => undefined);
    child.stdin.write(`${commandLine([['create', file, '--autodestroy']])}\n`);
    try {
      return await act(() => complaint(said));
    } finally {
      child.stdin.end();
      child.kill();
      await child;
    }
  });
}
