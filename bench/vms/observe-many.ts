/** Observes 20 machines on libvirt's own test driver, and prints how long a look takes: `node bench/vms/observe-many.ts`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { libvirtDriver } from '../../src/drivers/libvirt/index.ts';
import { markElement } from '../../src/drivers/libvirt/marks.ts';
import { ownerMark } from '../../src/drivers/owner-mark.ts';
import { element } from '../../src/drivers/libvirt/xml/element.ts';
import { writeXml } from '../../src/drivers/libvirt/xml/write.ts';
import { addressOf } from '../../src/model/address.ts';
import { SEALER } from '../../test/support/sealer.ts';

const MACHINES = 20;
const LOOKS = 7;
const OWNERSHIP = { owner: 'bench', project: 'bench', environment: 'bench', checkout: null, revision: null };

const folder = mkdtempSync(join(tmpdir(), 'trueup-bench-'));
try {
  const file = join(folder, 'node.xml');
  writeFileSync(file, nodeOf(MACHINES));
  const observer = await libvirtDriver.observer(
    { name: 'host', driver: 'libvirt', settings: { uri: `test://${file}` } },
    SEALER,
  );
  const scope = { owners: ['bench'], project: 'bench', environment: 'bench', names: {}, external: {} };
  const seconds: number[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    const started = performance.now();
    const observation = await observer.observe(scope, new AbortController().signal);
    seconds.push((performance.now() - started) / 1000);
    const found = observation.status === 'known' ? observation.objects.length : 0;
    if (found !== MACHINES) throw new Error(`it sees ${found} machines: ${JSON.stringify(observation).slice(0, 500)}`);
  }
  const [first = 0, ...again] = seconds;
  const median = again.toSorted((left, right) => left - right)[Math.floor(again.length / 2)] ?? 0;
  console.log(JSON.stringify({ machines: MACHINES, first_s: first, again_s: median }));
  await observer.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A host as the test driver reads one. */
function nodeOf(count: number): string {
  const domains = Array.from({ length: count }, (_, index) => {
    const address = addressOf('vm', `box${index}`);
    return element('domain', { type: 'test' }, [
      element('name', {}, [`bench-box${index}`]),
      // Each process that reads the file makes a host of its own, and would make up others.
      element('uuid', {}, [`00000000-0000-4000-8000-${String(index).padStart(12, '0')}`]),
      element('metadata', {}, [markElement(ownerMark(address, {}, { ownership: OWNERSHIP }))]),
      element('memory', { unit: 'KiB' }, ['131072']),
      element('vcpu', {}, ['1']),
      element('os', {}, [element('type', { arch: 'x86_64' }, ['hvm'])]),
    ]);
  });
  const pool = element('pool', { type: 'dir' }, [
    element('name', {}, ['default']),
    element('target', {}, [element('path', {}, ['/default'])]),
  ]);
  return writeXml(element('node', {}, [...domains, pool]));
}
