import { expect, it } from 'vitest';
import { removeStrayMarks } from '../../../../../src/drivers/libvirt/actuate/stray-marks.ts';
import { changing, OWNER, type TestChanging } from '../changing.ts';
import { MARK, VOLUME } from '../told-virsh.ts';

/** Of neither of two disks more than the mark is left; a machine runs with one of them. */
function host(): TestChanging {
  const mark = JSON.stringify({ ...(JSON.parse(MARK) as object), owner: OWNER });
  return changing((command) => {
    if (command.startsWith('vol-list'))
      return { stdout: ` ${VOLUME}.trueup   /pool/x\n demo-old.disk.trueup   /pool/y\n` };
    if (command.startsWith('vol-dumpxml')) return { stderr: "failed to get vol 'x'" };
    return command.startsWith('vol-download') ? { file: mark } : undefined;
  });
}

it('a mark without a disk goes, but for that of a disk that a machine is defined with', async () => {
  const tried = host();

  await removeStrayMarks(tried);

  expect(tried.virsh.asked.filter((command) => command.startsWith('vol-delete'))).toEqual([
    'vol-delete --pool default demo-old.disk.trueup',
  ]);
});
