import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { defaultSettings, type LoadedSettings } from '../../../src/manifest/settings.ts';
import type { NotificationSink, ScheduleRule } from '../../../src/model/notification.ts';
import {
  type Attendance,
  type AttendanceOptions,
  type AttendedSettings,
  startAttendance,
} from '../../../src/serve/attendance.ts';
import { systemClock } from '../../../src/serve/clock.ts';
import { SILENT_LOG } from '../../../src/serve/log/log.ts';
import { diagnostic } from '../../support/builders.ts';
import { eventually } from '../../support/eventually.ts';
import { type MemoryServed, memoryServed } from '../../support/memory-served.ts';
import { passEnded } from '../../support/serve-events.ts';
import { scratchFolder } from '../git/scratch-repo.ts';

/** One who is told by a file of the name. */
function telling(name: string): NotificationSink {
  const channel = { type: 'command', run: ['sh', '-c', `cat >> ${name}`] } as const;
  return { name: 'one', on: ['applied'], environments: null, repeat_ms: null, timeout_ms: 10_000, channel };
}

const NIGHTLY: ScheduleRule = { name: 'n', cron: '30 2 * * *', time_zone: null, task: 'drift', environments: null };

function settingsOf(part: Partial<AttendedSettings>): LoadedSettings {
  return { settings: { ...defaultSettings(), ...part }, diagnostics: [] };
}

interface Scene {
  readonly served: MemoryServed;
  readonly attendance: Attendance;
  readonly taken: readonly AttendedSettings[];
  readonly problems: readonly string[];
  commit(loaded: LoadedSettings): Promise<void>;
  told(name: string): number;
}

const opened: AsyncDisposable[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one[Symbol.asyncDispose]();
});

async function scene(first: Partial<AttendedSettings>, more: Partial<AttendanceOptions> = {}): Promise<Scene> {
  const root = scratchFolder();
  const served = memoryServed(['shop/local']);
  const taken: AttendedSettings[] = [];
  const problems: string[] = [];
  const { settings } = settingsOf(first);
  const attendance = await startAttendance({
    served,
    source: 'shop',
    settings,
    root,
    environment: process.env,
    state: join(root, '.trueup'),
    reports: { repository: { root }, settings, vault: { mask: (text) => text } },
    clock: systemClock(),
    mask: (text) => text,
    log: SILENT_LOG,
    version: '0.0.0',
    onSettings: (found) => taken.push(found),
    onProblem: ({ code }) => problems.push(code),
    ...more,
  });
  opened.push(attendance);
  return {
    served,
    attendance,
    taken,
    problems,
    commit: (loaded) => attendance.read({ settings: () => Promise.resolve(loaded) }),
    told(name) {
      const file = join(root, name);
      return existsSync(file) ? readFileSync(file, 'utf8').split('specversion').length - 1 : 0;
    },
  };
}

const APPLIED = passEnded({ outcome: 'applied' });

describe('the settings of a repo', () => {
  it('are others from the commit on that changes them, and nothing told meanwhile is lost', async () => {
    const one = await scene({ notifications: [telling('before')] });
    await one.commit(settingsOf({ notifications: [telling('before')] }));
    one.served.tell(APPLIED);
    await eventually(() => one.told('before') === 1);

    await one.commit(settingsOf({ notifications: [telling('after')] }));
    one.served.tell(APPLIED);
    await eventually(() => one.told('after') === 1);

    expect(one.told('before')).toBe(1);
    expect(one.taken).toHaveLength(1);
    expect(one.served.listeners).toBe(1);
    expect(one.problems).toEqual([]);
  });

  it('are those of the last commit, also where it takes back a change that is still under way', async () => {
    const one = await scene({});
    const take = (name: string): Promise<void> => one.commit(settingsOf({ notifications: [telling(name)] }));
    await one.commit(settingsOf({}));
    await take('before');
    await eventually(() => one.taken.length === 1, 'the first change');

    await Promise.all([take('between'), take('before')]);
    await eventually(() => one.taken.length === 3, 'both changes');

    expect(one.taken.at(-1)?.notifications).toEqual([telling('before')]);
    one.served.tell(APPLIED);
    await eventually(() => one.told('before') === 1);
    expect(one.told('between')).toBe(0);
  });

  it('stay what they were where the commit has mistakes, until the next one', async () => {
    const one = await scene({ notifications: [telling('before')] });
    await one.commit(settingsOf({ notifications: [telling('before')] }));
    await one.commit({ settings: defaultSettings(), diagnostics: [diagnostic({ severity: 'error' })] });
    await one.attendance.read({ settings: () => Promise.reject(new Error('no such object')) });
    one.served.tell(APPLIED);
    await eventually(() => one.told('before') === 1);
    expect(one.problems).toEqual(['invalid_manifests', 'internal']);

    await one.commit(settingsOf({ notifications: [telling('after')], schedules: [NIGHTLY] }));
    await eventually(() => one.taken.length === 1);
    one.served.tell(APPLIED);
    await eventually(() => one.told('after') === 1, 'who is told from then on');
    expect(one.served.listeners).toBe(1);
    expect(one.told('before')).toBe(1);
  });

  it('are said with the place of each mistake, once and again where others are made, and that they are mended once', async () => {
    const said: string[] = [];
    const telling = { onProblem: ({ message }: Error) => said.push(message), onMended: () => said.push('mended') };
    const one = await scene({}, telling);
    const mistaken = (summary: string): LoadedSettings => {
      const start = { line: 3, column: 7, offset: 0 };
      const source = { file: 'trueup.yaml', start, end: start };
      return { settings: defaultSettings(), diagnostics: [diagnostic({ severity: 'error', summary, source })] };
    };

    for (const summary of ['no such hour', 'no such hour', 'no such day']) await one.commit(mistaken(summary));
    for (const mended of [settingsOf({}), settingsOf({})]) await one.commit(mended);

    expect(said).toEqual([
      'trueup.yaml has mistakes: trueup.yaml:3:7: no such hour',
      'trueup.yaml has mistakes: trueup.yaml:3:7: no such day',
      'mended',
    ]);
  });

  it('are those of the first commit that counts, where nobody vouches for what the daemon was started with', async () => {
    const { settings } = settingsOf({});
    const one = await scene({}, { committed: settings });
    await one.commit(settingsOf({ notifications: [telling('signed')] }));
    one.served.tell(APPLIED);

    await eventually(() => one.told('signed') === 1, 'who is told by the commit');
    expect(one.taken).toHaveLength(1);
  });

  it('are those of who started the daemon while no commit changes them', async () => {
    const one = await scene({ notifications: [telling('mine')] });
    await one.commit(settingsOf({}));
    await one.commit(settingsOf({}));
    one.served.tell(APPLIED);
    await eventually(() => one.told('mine') === 1);

    expect(one.taken).toEqual([]);
  });

  it('leave nothing behind that listens', async () => {
    const one = await scene({ notifications: [telling('before')] });
    await one.commit(settingsOf({}));
    await one.commit(settingsOf({ notifications: [telling('after')] }));
    await one.attendance[Symbol.asyncDispose]();

    expect(one.served.listeners).toBe(0);
    await one.commit(settingsOf({ notifications: [telling('before')] }));
    expect(one.taken.length).toBeLessThanOrEqual(1);
  });
});
