import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { moveDisk } from '../../../../../src/drivers/libvirt/actuate/move-disk.ts';
import { recordedText } from '../recorded.ts';
import { changing, OWNER, type TestChanging } from '../changing.ts';
import { MARK } from '../told-virsh.ts';

const NO_VOLUME = { stderr: "failed to get vol 'demo-crate.disk'" };

describe('a disk that gets another name', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trueup-test-'));
    await writeFile(join(folder, 'demo-box.disk'), 'the disk');
  });

  afterEach(() => rm(folder, { recursive: true }));

  /** libvirt knows of no volume under the new name until it has been moved. */
  function host(isKnown: () => boolean): TestChanging {
    const path = join(folder, 'demo-box.disk');
    const description = recordedText('disk.xml').replace(/<path>[^<]*demo-box\.disk<\/path>/, `<path>${path}</path>`);
    return changing(
      (command) => {
        if (command.startsWith('vol-dumpxml')) {
          if (command.endsWith('demo-crate.disk')) return isKnown() ? { stdout: description } : NO_VOLUME;
          return { stdout: description };
        }
        return command.startsWith('vol-download') ? { file: MARK.replace('"me"', `"${OWNER}"`) } : undefined;
      },
      { poolPath: folder },
    );
  }

  it('never takes the place of a file that libvirt does not know', async () => {
    const other = join(folder, 'demo-crate.disk');
    await writeFile(other, 'somebody has copied this here');

    await expect(
      moveDisk(
        host(() => false),
        'demo-box.disk',
        'demo-crate.disk',
      ),
    ).rejects.toMatchObject({
      code: 'name_in_use',
    });

    expect(await readFile(other, 'utf8')).toBe('somebody has copied this here');
    expect(await readFile(join(folder, 'demo-box.disk'), 'utf8')).toBe('the disk');
  });

  it('has libvirt look for such files first', async () => {
    const tried = host(() => false);

    await moveDisk(tried, 'demo-box.disk', 'demo-crate.disk').catch(() => undefined);

    expect(tried.virsh.asked).toContain('pool-refresh default');
    expect(await readFile(join(folder, 'demo-crate.disk'), 'utf8')).toBe('the disk');
  });
});
