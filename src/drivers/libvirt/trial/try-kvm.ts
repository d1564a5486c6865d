/**
 * Boots what a machine boots under KVM, in a machine that is thrown away afterwards, and keeps what came of it. A guest that hangs
 * says nothing: it is waited for as long as it writes, and never beyond the deadline.
 */
import type { DesiredResource } from '../../../model/desired.ts';
import { scalarText } from '../../../model/json.ts';
import { parseSize } from '../../../model/quantity.ts';
import type { AccelerationTrial } from '../../acceleration-trial.ts';
import type { StepContext } from '../../step-context.ts';
import { putBase, removeUnusedBases } from '../actuate/bases.ts';
import type { Storing } from '../actuate/changing.ts';
import { assertMemory } from '../actuate/room.ts';
import { deleteVolume, makeVolume, putContent } from '../actuate/volume-calls.ts';
import type { Engine } from '../engine.ts';
import type { LibvirtFacts } from '../facts.ts';
import { hasRootDisk } from '../implied.ts';
import { dropKvmProof, keepKvmProof } from '../kvm-proof.ts';
import { consoleVolume, diskName, ROOT_DISK, trialName } from '../names.ts';
import { askFacts } from '../observe/ask-facts.ts';
import { consoleText, linesIn } from '../observe/console.ts';
import { changingVirsh } from '../virsh/virsh.ts';
import { roundedUp } from '../volumes/image-head.ts';
import { waitFor } from '../../wait.ts';
import { hasComeUp } from './marker.ts';
import { type Complaint, withThrowAway } from './throw-away.ts';
import { trialDefinition } from './trial-definition.ts';

interface TrialTimes {
  /** Without a word, a guest hangs. */
  readonly silenceMs: number;
  readonly deadlineMs: number;
}

const TIMES: TrialTimes = { silenceMs: 30_000, deadlineMs: 180_000 };
const LOOK_AGAIN_MS = 300;

export async function tryKvm(
  engine: Engine,
  vm: DesiredResource,
  context: Pick<StepContext, 'signal' | 'progress'>,
  times: TrialTimes = TIMES,
): Promise<AccelerationTrial> {
  const storing: Storing = { virsh: changingVirsh(engine), context };
  const facts = await askFacts(storing.virsh, context.signal);
  const impossible = whyNot(vm, facts);
  if (impossible !== null) return { works: false, ...impossible };
  const problem = await boot(storing, vm, facts, times);
  if (problem === null) {
    const isKept = await keepKvmProof(engine, vm.name);
    const next = isKept ? null : 'declare `accelerator: kvm`: of another host nobody sees when it is booted anew';
    return { works: true, summary: `${vm.address} boots under KVM`, next };
  }
  await dropKvmProof(engine);
  const next =
    '`accelerator: auto` takes TCG here; a VM that is declared with `accelerator: kvm` would end like this one';
  return { works: false, summary: `${vm.address} does not boot under KVM: ${problem}`, next };
}

function whyNot({ address, config }: DesiredResource, facts: LibvirtFacts): Omit<AccelerationTrial, 'works'> | null {
  const arch = config['arch'] ?? facts.host_arch;
  if (facts.kvm === 'absent')
    return { summary: 'libvirt finds no KVM on the host', next: 'turn on virtualization in its firmware, or load kvm' };
  if (arch !== facts.host_arch)
    return {
      summary: `KVM runs no ${scalarText(arch)} on ${facts.host_arch}`,
      next: "try a VM of the host's own kind",
    };
  if (facts.pool_path === null)
    return { summary: 'nothing can be read of a console', next: `the storage pool "${facts.pool}" has to be a folder` };
  if ((config['kernel'] ?? null) === null && (config['image'] ?? null) === null)
    return { summary: `${address} has nothing to boot`, next: 'try one with an image or a kernel' };
  return null;
}

/** Why it has not come up; `null` where it has. Nothing of it is left. */
async function boot(
  storing: Storing,
  vm: DesiredResource,
  facts: LibvirtFacts,
  times: TrialTimes,
): Promise<string | null> {
  const { virsh, context } = storing;
  const trial = trialName(vm.name);
  await assertMemory(virsh, trial, parseSize(scalarText(vm.config['memory'] ?? '')) ?? 0, context.signal);
  try {
    await putContent(storing, consoleVolume(trial), '');
    if (hasRootDisk(vm.config)) await putDisk(storing, diskName(trial, ROOT_DISK), vm);
    context.progress(`booting ${vm.address} under KVM`);
    const definition = trialDefinition(vm, facts, facts.pool_path ?? '');
    return await withThrowAway(storing, definition, (complaintNow) => watched(storing, vm, complaintNow, times));
  } finally {
    await cleanUp(storing, trial);
  }
}

async function putDisk(storing: Storing, name: string, { config }: DesiredResource): Promise<void> {
  const base = await putBase(storing, config['image'] ?? null);
  const declared = roundedUp(parseSize(scalarText(config['disk'] ?? '')) ?? 0);
  const bytes = Math.max(base?.bytes ?? 0, declared);
  await deleteVolume(storing, name);
  await makeVolume(storing, {
    name,
    bytes,
    format: 'qcow2',
    over: base === null ? null : { path: base.path, format: base.format },
  });
}

async function watched(
  { virsh, context }: Storing,
  { name, config }: DesiredResource,
  complaintNow: Complaint,
  { silenceMs, deadlineMs }: TrialTimes,
): Promise<string | null> {
  const trial = trialName(name);
  const began = Date.now();
  let wrote = { count: 0, at: began };
  let wasSeen = false;
  for (;;) {
    await waitFor(LOOK_AGAIN_MS, context.signal);
    context.signal.throwIfAborted();
    const complaint = complaintNow();
    if (complaint !== '') return complaint;
    const lines = linesIn(await consoleText(virsh, trial, context.signal));
    if (hasComeUp(config, lines)) return null;
    const now = Date.now();
    const count = lines.join('').length;
    if (count !== wrote.count) wrote = { count, at: now };
    const [answer] = await virsh.ask([['list', '--name']], context.signal);
    const isThere = (answer?.stdout ?? '').split('\n').some((line) => line.trim() === trial);
    if (wasSeen && !isThere) return ended('it ended before it came up', lines);
    wasSeen ||= isThere;
    if (now - wrote.at >= silenceMs) return ended(`it hangs, without a word for ${silenceMs / 1000} s`, lines);
    if (now - began >= deadlineMs) return ended(`it has not come up within ${deadlineMs / 1000} s`, lines);
  }
}

function ended(how: string, lines: readonly string[]): string {
  const last = lines.findLast((line) => line.trim() !== '');
  return `${how}; ${last === undefined ? 'it wrote nothing' : `its last line is: ${last}`}`;
}

/** Also where nobody waits any more: what is thrown away is thrown away. */
async function cleanUp({ virsh, context }: Storing, trial: string): Promise<void> {
  const storing: Storing = { virsh, context: { ...context, signal: AbortSignal.timeout(CLEAN_UP_MS) } };
  await virsh.ask([['destroy', trial]], storing.context.signal);
  await deleteVolume(storing, diskName(trial, ROOT_DISK));
  await deleteVolume(storing, consoleVolume(trial));
  await removeUnusedBases(storing);
}

const CLEAN_UP_MS = 30_000;
