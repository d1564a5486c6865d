import { describe, expect, test } from 'vitest';
import type { Docker } from '../../../../../src/drivers/kind/commands/docker.ts';
import type { Answer } from '../../../../../src/drivers/kind/commands/run.ts';
import { lookAtNodes } from '../../../../../src/drivers/kind/observe/look.ts';
import { readNodeFiles } from '../../../../../src/drivers/kind/observe/node-files.ts';
import { fakeNode } from '../../../../support/kind/fake-nodes.ts';

const NEVER = new AbortController().signal;
const ENGINE = { name: 'nodes', place: 'unix:///engine', environment: {} };

/** An engine that lists two containers, and answers so whatever else it is asked. */
function answering(answer: Partial<Answer>): Docker {
  return {
    engine: ENGINE,
    must: () => Promise.resolve(Buffer.from('one\ntwo\n')),
    ask: () => Promise.resolve({ exitCode: 1, stdout: Buffer.alloc(0), stderr: '', timedOut: false, ...answer }),
  };
}

const GONE: readonly string[] = [
  'Error response from daemon: Could not find the file /kind/trueup.json in container demo',
  'Error: No such container:path: demo:/kind/trueup.json',
  'Error response from daemon: No such container: demo',
];

/** Of the client, while its engine is being restarted. */
const VANISHED =
  'failed to connect to the docker API at unix:///engine; check if the path is correct and if the daemon is running: dial unix /engine: connect: no such file or directory';

const TROUBLE: readonly (readonly [string, Partial<Answer>])[] = [
  ['a full disk', { stderr: 'Error response from daemon: write /var/lib: no space left on device' }],
  ['a refusal', { stderr: 'Error response from daemon: permission denied' }],
  ['a failure of its own', { stderr: 'Error response from daemon: Internal Server Error' }],
  ['no word at all', {}],
  ['no word but an empty list', { stdout: Buffer.from('[]') }],
  ['a socket that has vanished', { stdout: Buffer.from('[]'), stderr: VANISHED }],
  ['too long a wait', { timedOut: true }],
];

describe('a file of a node', () => {
  test.each(GONE)('is not there where the engine says so: %s', async (stderr) => {
    expect(await readNodeFiles(answering({ stderr }), 'demo', '/kind/trueup.json', NEVER)).toEqual(new Map());
  });

  test.each(TROUBLE)('is not known for %s', async (_, answer) => {
    const reading = readNodeFiles(answering(answer), 'demo', '/kind/trueup.json', NEVER);
    await expect(reading).rejects.toMatchObject({ code: 'engine_unreachable' });
  });
});

describe('node containers', () => {
  test('that are gone meanwhile are told by the others', async () => {
    const stdout = Buffer.from(JSON.stringify([fakeNode('shop-dev-control-plane')]));
    const looked = await lookAtNodes(answering({ stdout, stderr: 'Error: No such object: two\n' }), NEVER);

    expect([...looked.keys()]).toEqual(['shop-dev']);
  });

  test.each(TROUBLE)('are not none for %s', async (_, answer) => {
    await expect(lookAtNodes(answering(answer), NEVER)).rejects.toMatchObject({ code: 'engine_unreachable' });
  });
});
