/** A home of Lima with one machine of ours in it, and a limactl that says what it has it say. Nothing here is a run of the real one. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Changing } from '../../../../src/drivers/lima/actuate/changing.ts';
import type { LimaFacts } from '../../../../src/drivers/lima/facts.ts';
import type { Answer } from '../../../../src/drivers/lima/limactl/limactl.ts';
import { writeMark } from '../../../../src/drivers/lima/marks.ts';
import { machineFiles } from '../../../../src/drivers/lima/places.ts';
import { canonicalJson, type JsonObject } from '../../../../src/model/json.ts';

const OWNER = 'me';

/** `undefined` for what it has nothing to say to: then all is well. */
export type Says = (command: string, home: string) => Partial<Answer> | undefined;

export interface ToldHome extends Changing, AsyncDisposable {
  readonly home: string;
  readonly asked: string[];
}

export async function toldHome(kept: JsonObject, says: Says): Promise<ToldHome> {
  const home = await mkdtemp(join(tmpdir(), 'tu-told-lima-'));
  const engine = { name: 'host', home };
  const files = machineFiles(engine, 'demo-box');
  await mkdir(files.folder);
  const ownership = { owner: OWNER, project: 'demo', environment: 'local', checkout: null };
  await writeMark(files.mark, {
    ownership: { ...ownership, address: 'vm.box', created_revision: null },
    kept: { name: 'demo-box', ...kept },
  });
  const asked: string[] = [];
  const facts: LimaFacts = {
    kind: 'lima',
    version: '2.2.0',
    home,
    host_arch: 'x86_64',
    host_os: 'linux',
    auto_accelerator: 'tcg',
  };
  return {
    home,
    asked,
    limactl: {
      engine,
      ask(command) {
        const words = command.join(' ');
        asked.push(words);
        return Promise.resolve({ exit_code: 0, stdout: '', stderr: '', ...says(words, home) });
      },
    },
    context: {
      signal: new AbortController().signal,
      vault: { reveal: () => '', mask: (text) => text },
      owners: [OWNER],
      run: 'run',
      ownership: { ...ownership, revision: null },
      progress: () => undefined,
    },
    withKey: (act) => act(),
    inTurnsOf: (_machines, act) => act(),
    facts: () => Promise.resolve(facts),
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
}

/** As `limactl list` says it. */
export function listed(status: string, more: JsonObject = {}): Partial<Answer> {
  return { stdout: `${canonicalJson({ name: 'demo-box', status, vmType: 'qemu', config: {}, ...more })}\n` };
}
