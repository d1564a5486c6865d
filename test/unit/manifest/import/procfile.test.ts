import { describe, expect, it } from 'vitest';
import { importProcfile } from '../../../../src/manifest/import/procfile.ts';
import { importedManifest } from '../../../../src/manifest/import/manifest.ts';
import { loadOne } from '../support.ts';

const PROCFILE = `# what runs here
web: bundle exec puma -p $PORT

worker:   bundle exec sidekiq "-q high"\r
clock: TZ=UTC node clock.js
Release_1: ./bin/release
`;

describe('a Procfile', () => {
  it('is processes, in words where a shell would add nothing to them', () => {
    const found = importProcfile(PROCFILE, '../..');

    expect(found).toEqual({
      services: {
        web: { process: { command: ['sh', '-c', 'bundle exec puma -p $$PORT'], cwd: '../..' } },
        worker: { process: { command: ['bundle', 'exec', 'sidekiq', '-q high'], cwd: '../..' } },
        clock: { process: { command: ['sh', '-c', 'TZ=UTC node clock.js'], cwd: '../..' } },
        release_1: { process: { command: ['./bin/release'], cwd: '../..' } },
      },
      bad: [],
      renamed: [{ from: 'Release_1', to: 'release_1' }],
      reads_port: ['web'],
      plain_secrets: [],
    });
  });

  it('names commands that hold a secret, and minds no mark in front', () => {
    const text =
      '\ufeffweb: DB_PASSWORD=x ./run\ntok: curl -H "Authorization: Bearer ghp_0123456789abcdefghij"\nworker: ./run $TOKEN\n';

    expect(importProcfile(text, '.')).toMatchObject({ bad: [], plain_secrets: ['web', 'tok'] });
  });

  it('names each line that is none', () => {
    expect(importProcfile("web: a\nno process\nweb: b\nx: 'open\n: c\n", '.').bad).toEqual([
      { line: 2, reason: 'it is not "name: command"' },
      { line: 3, reason: 'another line is called "web" already' },
      { line: 4, reason: 'a quote in the command is not closed' },
      { line: 5, reason: 'it is not "name: command"' },
    ]);
  });

  it('loads as what it says', async () => {
    const { services } = importProcfile(PROCFILE, '../..');
    const imported = { project: null, variables: {}, services, volumes: {}, networks: {}, ignored: [], comments: {} };
    const text = importedManifest(imported, { environment: 'local', schema: null, origin: 'Procfile' });

    const { resources } = await loadOne(text);

    expect([...resources.keys()]).toEqual(['service.clock', 'service.release_1', 'service.web', 'service.worker']);
    expect(resources.get('service.web')?.config['process']).toMatchObject({
      command: ['sh', '-c', 'bundle exec puma -p $PORT'],
    });
  });
});
