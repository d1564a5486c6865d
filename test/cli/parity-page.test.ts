/** Pages of a parity: the built command, from the report that is kept, what was printed, and `--also html=FILE`. */
import { describe, expect, it } from 'vitest';
import { type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { pageText } from '../support/page-text.ts';

const LOCAL = 'environments/local/environment.yaml';

function services(version: string, more = ''): string {
  return `
services:
  db:
    container: { image: "postgres:${version}" }
    environment_variables: { PASSWORD: { secret: true, source: inline, value: hunter2hunter2 } }
${more}`;
}

function twoEnvironments(): Promise<ScratchRepo> {
  return scratchRepo({ [LOCAL]: services('16.1'), 'environments/staging/environment.yaml': services('16.1') });
}

describe('a page of a parity', () => {
  it('is the same from the report that is kept, from what was printed, and beside the text', async () => {
    await using repo = await twoEnvironments();
    await repo.write({ [LOCAL]: services('15.2') });

    const also = await repo.trueup(['parity', 'local', 'staging', '--also', 'html=also.html', '--output', 'json']);
    await repo.write({ 'printed.json': also.stdout });
    const kept = await repo.trueup(['report', 'local', '--kind', 'parity', '--html', 'kept.html']);
    const printed = await repo.trueup(['report', 'printed.json', '--html', 'printed.html']);

    expect([also, kept, printed].map(({ status, stderr }) => [status, stderr])).toEqual([
      [2, ''],
      [0, ''],
      [0, ''],
    ]);
    const page = await repo.read('also.html');
    expect(await repo.read('kept.html')).toBe(page);
    expect(await repo.read('printed.html')).toBe(page);
    expect(page).not.toContain('hunter2');
    const text = pageText(page);
    expect(text).toContain('Major differences; parity 0 % (0 of 1 service alike).');
    expect(text).toContain(`local "postgres:15.2" ${LOCAL}:4:18`);
    expect(text).toContain('trueup parity local staging --fix --only db:container.image');
  });

  it('shows how the two went on once several reports are kept, with the commit at each turn', async () => {
    await using repo = await twoEnvironments();
    const shown = async (...args: readonly string[]): Promise<string> =>
      (await repo.trueup(['parity', 'local', 'staging', ...args, '--output', 'html'])).stdout;
    const alone = await shown();
    await repo.write({ [LOCAL]: services('15.2') });
    const worse = await repo.commit('Take an old database');

    const page = await shown();
    const history = await shown('--history');
    await repo.write({
      'h.json': (await repo.trueup(['parity', 'local', 'staging', '--history', '-o', 'json'])).stdout,
    });
    await repo.trueup(['report', 'h.json', '--html', 'h.html']);

    expect(alone).not.toContain('role="img"');
    for (const html of [page, history]) {
      expect(html).toContain(`>▼ ${worse.slice(0, 7)}</text>`);
      expect(pageText(html)).toContain(`| 0 % | ▼ worse | ${worse.slice(0, 7)} Take an old database |`);
    }
    expect(await repo.read('h.html')).toBe(history);
  });

  it('of a matrix has each pair', async () => {
    await using repo = await twoEnvironments();
    await repo.write({ 'environments/ci/environment.yaml': services('14.0') });

    const matrix = ['parity', '--matrix', 'local', 'staging', 'ci'];
    const { status } = await repo.trueup([...matrix, '--also', 'html=m.html']);
    await repo.write({ 'm.json': (await repo.trueup([...matrix, '--output', 'json'])).stdout });
    const read = await repo.trueup(['report', 'm.json', '--html', '-']);

    expect(status).toBe(2);
    const text = pageText(await repo.read('m.html'));
    expect(text).toContain('1 of 3 pairs identical.');
    expect(text).toContain('local and ci | 0 % | major differences | 1 error');
    expect(pageText(read.stdout)).toContain('1 of 3 pairs identical.');
  });

  it('of environments with mistakes says them, and where they are', async () => {
    await using repo = await twoEnvironments();
    await repo.write({ [LOCAL]: services('15.2', '  web: { contaner: {} }') });

    const { status } = await repo.trueup(['parity', 'local', 'staging', '--also', 'html=bad.html']);
    const partial = await repo.trueup(['parity', 'local', 'staging', '--keep-going', '--also', 'html=part.html']);

    expect([status, partial.status]).toEqual([65, 1]);
    const bad = pageText(await repo.read('bad.html'));
    expect(bad).toContain('Nothing is compared');
    expect(bad).toContain(`${LOCAL}:6:10`);
    const part = pageText(await repo.read('part.html'));
    expect(part).toContain('not all of it known');
    expect(part).toMatch(/local \| has mistakes \| .*:6:10: .* \| service\.web \|/);
  });

  it('that cannot be written is an error, and all else is told', async () => {
    await using repo = await twoEnvironments();

    const { status, stdout, stderr } = await repo.trueup([
      'parity',
      'local',
      'staging',
      '--also',
      'html=no/such/x.html',
    ]);
    const junit = await repo.trueup(['parity', 'local', 'staging', '--history', '--also', 'junit=x.xml']);

    expect(status).toBe(1);
    expect(stdout).toContain('identical; parity 100 %');
    expect(stderr).toContain('no/such/x.html cannot be written: its folder does not exist [report_unwritable]');
    expect(junit.status).toBe(64);
    expect(junit.stderr).toContain('--history is printed as text, JSON or HTML');
  });
});
