import { describe, expect, it } from 'vitest';
import { loadSettings } from '../../../src/manifest/settings.ts';
import { renderDiagnostics } from '../../../src/report/diagnostics-text.ts';
import { described, memoryTree } from './support.ts';

const DEFAULTS = {
  folders: { environments: 'environments', reports: 'reports', state: '.trueup' },
  reports: { keep: 100 },
  notifications: [],
  schedules: [],
  git: { poll_ms: 60_000, max_bytes: 2 * 1024 ** 3, verify: null, sources: {} },
  log: { file: null, level: 'info', max_size: 10_485_760, keep: 5 },
  api: { hosts: [] },
  webhooks: {},
  severities: [],
  parity: { rules: [], waivers: [], pairs: [], reference: null },
  vm_limits: {},
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
        ...DEFAULTS,
        folders: { environments: 'ops/envs', reports: 'reports', state: '.cache/trueup' },
        reports: { keep: 7 },
      },
      diagnostics: [],
    });
  });

  it('bounds what VMs are declared with, the least first', async () => {
    const text = 'vm_limits: { memory: [2GiB, 32GiB], cpus: [1, 8], disk: [500GiB, 20GiB] }';
    const { settings, diagnostics } = await loadSettings(memoryTree({ 'trueup.yaml': text }));

    expect(settings.vm_limits).toEqual({ memory: [2 * 1024 ** 3, 32 * 1024 ** 3], cpus: [1, 8] });
    expect(described(diagnostics)).toEqual([
      'trueup.yaml:1:57 error invalid_settings: vm_limits.disk has the most in front of the least (write the least first, such as [2GiB, 32GiB])',
    ]);
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

  it('says who is told of what, and where their secrets come from', async () => {
    const text = `
notifications:
  team: { chat: { url: { secret: true, source: env, value: CHAT_URL } }, on: [failed, recovered], repeat: 0 }
  audit:
    environments: [local]
    webhook: { url: "https://example.com/hooks?x=1", timeout: 3s, secret: { secret: true, source: file, value: .secrets/hook } }
  desk: { command: { run: [notify-send, trueup] } }
`;
    const { settings, diagnostics } = await loadSettings(memoryTree({ 'trueup.yaml': text }));

    expect(described(diagnostics)).toEqual([]);
    const on = ['failed', 'stalled', 'degraded', 'quarantined', 'unreachable', 'drift', 'recovered'];
    const usual = { on, environments: null, repeat_ms: 14_400_000, timeout_ms: 10_000 };
    const secret = { source: 'file', path: '.secrets/hook' };
    expect(settings.notifications).toEqual([
      {
        ...usual,
        name: 'audit',
        environments: ['local'],
        timeout_ms: 3000,
        channel: { type: 'webhook', url: 'https://example.com/hooks?x=1', secret },
      },
      { ...usual, name: 'desk', channel: { type: 'command', run: ['notify-send', 'trueup'] } },
      {
        ...usual,
        name: 'team',
        on: ['failed', 'recovered'],
        repeat_ms: null,
        channel: { type: 'chat', url: { source: 'env', name: 'CHAT_URL' } },
      },
    ]);
  });

  it('says what webhooks are signed with, and by which names a proxy is called', async () => {
    const text = `
api: { hosts: [hooks.example.com] }
webhooks:
  github: { secret: true, source: file, value: .secrets/hook }
  gitlab: { secret: true, source: env, value: GITLAB_HOOK }
`;
    const { settings, diagnostics } = await loadSettings(memoryTree({ 'trueup.yaml': text }));

    expect(described(diagnostics)).toEqual([]);
    expect(settings.api).toEqual({ hosts: ['hooks.example.com'] });
    expect(settings.webhooks).toEqual({
      github: { source: 'file', path: '.secrets/hook' },
      gitlab: { source: 'env', name: 'GITLAB_HOOK' },
    });
  });

  it('never takes the secret of a webhook in the clear, nor shows one', async () => {
    const text = 'webhooks: { github: hunter2, gitea: { secret: true, source: inline, value: hunter2 } }';
    const { settings, diagnostics } = await loadSettings(memoryTree({ 'trueup.yaml': text }));

    expect(diagnostics).toHaveLength(2);
    expect(described(diagnostics).join()).not.toContain('hunter2');
    expect(settings.webhooks).toEqual({});
  });

  it('never shows a secret of a notification that is written down by mistake', async () => {
    const text = `
notifications:
  a: { chat: { url: https://chat.example/hunter2 } }
  b: { webhook: { url: https://me:hunter2@example.com/, secret: hunter2 } }
`;
    const { diagnostics } = await loadSettings(memoryTree({ 'trueup.yaml': text }));

    expect(described(diagnostics)).toEqual([
      'trueup.yaml:3:21 error invalid_settings: url must be a map, not a text (write a secret, such as `{ secret: true, source: file, value: .secrets/name }`)',
      'trueup.yaml:4:24 error invalid_settings: url must be an address such as `https://example.com/hooks`, without a user or password, not a text',
      'trueup.yaml:4:65 error invalid_settings: secret must be a map, not a text (write a secret, such as `{ secret: true, source: file, value: .secrets/name }`)',
    ]);
    const sources = new Map([['trueup.yaml', text]]);
    expect(renderDiagnostics(diagnostics, sources, { color: false, width: 200 })).not.toContain('hunter2');
  });

  it('wants exactly one way for each who is told, and times that make sense', async () => {
    const text = `
notifications:
  none: { on: [failed] }
  both: { command: { run: [a] }, chat: { url: { secret: true, source: env, value: X } } }
  fast: { command: { run: [a], timeout: 1ms }, repeat: 1s }
  list: { chat: { url: { secret: true, source: file, value: [a] } } }
  text: { chat: { url: { secret: true, source: command, value: a b } } }
schedules:
  bad: { cron: "* * *" }
  never: { cron: "0 0 30 2 *" }
  six: { cron: "* * * * * *" }
  zone: { cron: "0 0 * * *", time_zone: Mars/Olympus }
`;
    const { settings, diagnostics } = await loadSettings(memoryTree({ 'trueup.yaml': text }));

    expect(described(diagnostics).map((line) => line.replace(' error invalid_settings', ''))).toEqual([
      'trueup.yaml:3:9: notifications.none says nobody (write exactly one of webhook, chat and command)',
      'trueup.yaml:4:9: notifications.both has chat and command (write exactly one of webhook, chat and command)',
      'trueup.yaml:5:41: timeout must be from 100ms to 5m',
      'trueup.yaml:5:56: repeat must be at least 1m (write 0 for never)',
      'trueup.yaml:6:61: the value must be a path, not a list',
      'trueup.yaml:7:64: the command must be a list of words (no shell reads it)',
      'trueup.yaml:9:16: "* * *" is no time that a schedule can have (write minute, hour, day of month, month and day of week, such as `0 */6 * * *`)',
      'trueup.yaml:10:18: "0 0 30 2 *" is no time that a schedule can have (write minute, hour, day of month, month and day of week, such as `0 */6 * * *`)',
      'trueup.yaml:11:16: "* * * * * *" is no time that a schedule can have (write minute, hour, day of month, month and day of week, such as `0 */6 * * *`)',
      'trueup.yaml:12:41: no time zone is named "Mars/Olympus" (write one such as Europe/Berlin or UTC)',
    ]);
    expect(settings.schedules).toEqual([]);
  });

  it('holds schedules and the log', async () => {
    const text = `
schedules:
  nightly: { cron: "30 2 * * *", time_zone: Europe/Berlin, task: reconcile, environments: [local] }
  drift: { cron: "@daily" }
log: { file: logs/trueup.log, level: debug, max_size: 1MiB, keep: 0 }
`;
    const { settings, diagnostics } = await loadSettings(memoryTree({ 'trueup.yaml': text }));

    expect(described(diagnostics)).toEqual([]);
    expect(settings.schedules).toEqual([
      { name: 'drift', cron: '@daily', time_zone: null, task: 'drift', environments: null },
      { name: 'nightly', cron: '30 2 * * *', time_zone: 'Europe/Berlin', task: 'reconcile', environments: ['local'] },
    ]);
    expect(settings.log).toEqual({ file: 'logs/trueup.log', level: 'debug', max_size: 1_048_576, keep: 0 });
  });
});
