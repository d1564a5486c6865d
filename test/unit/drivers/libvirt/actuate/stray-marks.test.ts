import { expect, it } from 'vitest';
import { updateDisk } from '../../../../../src/drivers/libvirt/actuate/disks.ts';
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

it('what a move of a disk has left of it under its former name goes with the next mark, whatever is defined with it', async () => {
  const [here, elsewhere] = ['volume.box.disk', 'volume.box.data'].map((address) =>
    JSON.stringify({ ...(JSON.parse(MARK) as object), owner: OWNER, address }),
  );
  const tried = changing((command) => {
    const names = ['demo-crate.disk', 'demo-crate.disk.trueup', `${VOLUME}.trueup`, 'demo-box.data.trueup'];
    if (command.startsWith('vol-list')) return { stdout: names.map((name) => ` ${name}   /pool/x\n`).join('') };
    if (!command.startsWith('vol-download')) return undefined;
    return { file: (command.includes('demo-box.data') ? elsewhere : here) ?? '' };
  });

  await updateDisk(tried, 'volume.crate.disk', { name: 'demo-crate.disk', config: {} });

  expect(tried.virsh.asked.filter((command) => command.startsWith('vol-delete'))).toEqual([
    `vol-delete --pool default ${VOLUME}.trueup`,
  ]);
});
