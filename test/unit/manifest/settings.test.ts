import { describe, expect, it } from 'vitest';
import { loadSettings } from '../../../src/manifest/settings.ts';
import { described, memoryTree } from './support.ts';

const DEFAULTS = {
  folders: { environments: 'environments', reports: 'reports', state: '.trueup' },
  reports: { keep: 100 },
};

describe('trueup.yaml', () => {
  it.each([
    ['is not there', {}],
    ['is empty', { 'trueup.yaml': '# nothing yet' }],
  ])('means the defaults when it %s', async (_, files) => {
    const { settings } = await loadSettings(memoryTree(files));

    expect(settings).toEqual(DEFAULTS);
  });

  it('sets folders and how many reports are kept', async () => {
    const text = 'folders: { environments: ops/envs/, state: .cache/trueup }\nreports: { keep: 7 }';
    const result = await loadSettings(memoryTree({ 'trueup.yaml': text }));

    expect(result).toEqual({
      settings: {
        folders: { environments: 'ops/envs', reports: 'reports', state: '.cache/trueup' },
        reports: { keep: 7 },
      },
      diagnostics: [],
    });
  });

  it('is judged like a manifest', async () => {
    const text = `
folder: x
folders: { environments: /abs, reports: ../out, state: "a/../b" }
reports: { keep: 0, kep: 1 }
`;
    const { settings, diagnostics } = await loadSettings(memoryTree({ 'trueup.yaml': text }));

    expect(settings).toEqual(DEFAULTS);
    expect(described(diagnostics)).toEqual([
      'trueup.yaml:2:1 error invalid_settings: unknown key "folder" (did you mean "folders"?)',
      'trueup.yaml:3:26 error invalid_settings: folders.environments must be a folder inside the repo, such as `ops/environments`, not "/abs"',
      'trueup.yaml:3:41 error invalid_settings: folders.reports must be a folder inside the repo, such as `ops/environments`, not "../out"',
      'trueup.yaml:3:56 error invalid_settings: folders.state must be a folder inside the repo, such as `ops/environments`, not "a/../b"',
      'trueup.yaml:4:18 error invalid_settings: reports.keep must be at least 1, not 0',
      'trueup.yaml:4:21 error invalid_settings: unknown key "kep" in reports (did you mean "keep"?)',
    ]);
  });

  it('keeps what trueup writes apart from what people write', async () => {
    const { diagnostics } = await loadSettings(
      memoryTree({ 'trueup.yaml': 'folders: { reports: environments/reports, state: reports }' }),
    );

    expect(described(diagnostics)).toEqual([
      'trueup.yaml:1:21 error invalid_settings: the folder of reports and that of environments lie within each other (give each a folder of its own)',
    ]);
  });

  it('says what is wrong with its YAML', async () => {
    const { diagnostics } = await loadSettings(memoryTree({ 'trueup.yaml': 'folders: {' }));

    expect(diagnostics.map(({ code }) => code)).toEqual(['invalid_yaml']);
  });
});
