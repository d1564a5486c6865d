import { describe, expect, it } from 'vitest';
import { EngineCalls } from '../../support/docker/engine-calls.ts';
import { engineUnderTest } from '../../support/docker/engine-under-test.ts';
import { RecordingSocket, type Trouble } from '../../support/docker/recording-socket.ts';

describe('the recording socket', () => {
  it('passes everything on, and notes it', async () => {
    await using recording = await RecordingSocket.before(engineUnderTest().socket);

    const version = await new EngineCalls(recording.socket).get('/v1.41/version');

    expect(version).toEqual(await engineUnderTest().calls.get('/v1.41/version'));
    expect(recording.requests).toEqual([{ method: 'GET', path: '/version' }]);
    expect(recording.writes()).toEqual([]);
  });

  it.each<{ readonly trouble: Trouble; readonly isMade: boolean; readonly answer: RegExp }>([
    { trouble: { kind: 'refuse', status: 503, message: 'not today' }, isMade: false, answer: /503.*not today/ },
    { trouble: { kind: 'cut', when: 'before' }, isMade: false, answer: /hang up|reset/ },
    { trouble: { kind: 'cut', when: 'after_effect' }, isMade: true, answer: /hang up|reset/ },
    { trouble: { kind: 'cut', when: 'after_answer' }, isMade: true, answer: /^done$/ },
  ])('makes trouble: $trouble', async ({ trouble, isMade, answer }) => {
    const { calls, socket } = engineUnderTest();
    await using recording = await RecordingSocket.before(socket);
    recording.rule({ matches: ({ path }) => path === '/volumes/create', trouble, times: 1 });

    const said = await new EngineCalls(recording.socket).post('/volumes/create', { Name: 'troubled' }).then(
      () => 'done',
      (error: unknown) => String(error),
    );
    const made = await calls.find('/volumes/troubled');
    await calls.delete('/volumes/troubled');

    expect(said).toMatch(answer);
    expect(made !== null).toBe(isMade);
    expect(recording.writes()).toEqual(['POST /volumes/create']);
  });
});
