/**
 * Creates a machine by trueup, and one like it by virsh alone, in turn, each up to the line that says it is ready; prints both
 * medians: `node bench/vms/create.ts`, after `npm run build`. Needs what the engine tests of libvirt need.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { scratchRepo } from '../../test/support/cli.ts';
import { buildGuest } from '../../test/support/libvirt/guest.ts';
import { lacksForHost, PrivateHost } from '../../test/support/libvirt/private-host.ts';

const RUNS = Number(process.env['TRUEUP_RUNS'] ?? 5);
const READY = /^READY after/m;

const lacks = lacksForHost();
if (lacks !== null) {
  console.log(JSON.stringify({ lacks }));
  process.exit(0);
}
const guest = await buildGuest();
await using host = await PrivateHost.start();
await using repo = await scratchRepo({ 'environments/local/environment.yaml': manifest() });

const bare: number[] = [];
const trueup: number[] = [];
await createByTrueup();
const definition = await definitionOfBare();
await repo.trueup(['destroy', 'local', '--volumes', '--auto-approve']);
for (let run = 0; run < RUNS; run += 1) {
  bare.push(await timed(() => createBare(definition)));
  await host.clear();
  trueup.push(await timed(createByTrueup));
  await repo.trueup(['destroy', 'local', '--volumes', '--auto-approve']);
}
console.log(JSON.stringify({ bare_s: median(bare), trueup_s: median(trueup), runs: { bare, trueup } }));

function manifest(): string {
  return `name: local
project: bench
engines: { host: { driver: libvirt, uri: "${host.uri}" } }
vms:
  box:
    engine: host
    accelerator: tcg
    memory: 128MiB
    disk: 16MiB
    kernel: ${guest.kernel}
    initrd: ${guest.initrd}
    cmdline: "${guest.cmdline}"
    stop_grace_period: 1ms
    ready: { serial: "${READY.source.slice(1)}" }
`;
}

async function createByTrueup(): Promise<void> {
  const { status, stdout, stderr } = await repo.trueup(['apply', 'local', '--auto-approve']);
  if (status !== 0) throw new Error(stdout + stderr);
}

/** The same machine under another name, by nothing but virsh. */
async function createBare(definition: string): Promise<void> {
  const file = join(host.folder, 'bare.xml');
  await writeFile(file, definition);
  await host.virsh('vol-create-as default bare.disk 16MiB --format qcow2');
  await host.virsh(`define ${file}`);
  await host.virsh('start bare');
  const log = join(host.pool, 'bare.console');
  while (!READY.test(await readFile(log, 'utf8').catch(() => ''))) await delay(20);
}

async function definitionOfBare(): Promise<string> {
  const xml = await host.virsh('dumpxml --inactive bench-box');
  return xml
    .replace(/<metadata>[^]*<\/metadata>/, '')
    .replace(/<uuid>.*<\/uuid>/, '')
    .replace('<name>bench-box<', '<name>bare<')
    .replaceAll('bench-box.', 'bare.');
}

async function timed(act: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await act();
  return (performance.now() - started) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}
