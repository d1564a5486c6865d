import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { openConsole } from '../../../../../src/drivers/lima/reach/open-console.ts';
import { listed, toldHome } from '../told-home.ts';

const SIGNAL = new AbortController().signal;

describe('the console of a machine of Lima', () => {
  it('is its serial port, to and fro, until the person leaves', async () => {
    await using home = await toldHome({}, () => listed('Running'));
    const heard: string[] = [];
    const server = createServer((socket) => {
      socket.on('data', (chunk) => {
        heard.push(String(chunk));
        socket.write('login: ');
      });
    });
    await once(server.listen(join(home.home, 'demo-box', 'serial.sock')), 'listening');
    const [input, output] = [new PassThrough(), new PassThrough()];

    const open = openConsole(home.limactl, 'demo-box', SIGNAL, { input, output });
    input.write('\r');
    const prompt = String(await new Promise((resolve) => output.once('data', resolve)));
    input.write('\u001d');

    expect(await open).toBe(0);
    expect({ heard, prompt }).toEqual({ heard: ['\r'], prompt: 'login: ' });
    server.close();
  });

  it('is refused where there is none, or the machine does not run', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const refused = async (status: string): Promise<unknown> => {
      await using home = await toldHome({}, () => listed(status));
      return await openConsole(home.limactl, 'demo-box', SIGNAL, { input, output }).catch((error: unknown) => error);
    };

    expect(await refused('Running')).toMatchObject({ code: 'unsupported' });
    expect(await refused('Stopped')).toMatchObject({ code: 'not_running' });
  });
});
