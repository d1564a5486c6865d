/** Lima as `doctor` tells of it: whether limactl answers, its version, and what is missing for machines under QEMU. */
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { EngineDeclaration } from '../../model/desired.ts';
import { failureOf } from '../../model/failure.ts';
import type { EngineSight } from '../engine-sight.ts';
import { emulatorFor } from './accelerator.ts';
import { engineOf } from './engine.ts';
import { factsOf, type LimaFacts } from './facts.ts';
import { must, readingLimactl } from './limactl/limactl.ts';

/** The first version whose answers this driver was made for. */
const OLDEST = 2;

export function surveyHomes(
  engines: readonly EngineDeclaration[],
  signal: AbortSignal,
): Promise<readonly EngineSight[]> {
  return Promise.all(engines.map((engine) => sightOf(engine, signal)));
}

async function sightOf(engine: EngineDeclaration, signal: AbortSignal): Promise<EngineSight> {
  const home = engineOf(engine);
  const sight = { engine, place: home.home, description: null, facts: null, error: null, next: null, limits: [] };
  try {
    const facts = factsOf(home, await must(readingLimactl(home), ['--version'], signal));
    const limits = limitsOf(facts, await isOnPath(emulatorFor(facts.host_arch)));
    return { ...sight, description: `Lima ${facts.version}, ${facts.host_arch}`, facts, limits };
  } catch (error) {
    signal.throwIfAborted();
    const { message, next } = failureOf(error);
    return { ...sight, error: message, next };
  }
}

/** What does not work, or is slower than it could be, a sentence each. */
export function limitsOf({ version, host_arch: arch, host_os: os }: LimaFacts, hasQemu: boolean): readonly string[] {
  const major = Number(/^\d+/.exec(version)?.[0] ?? OLDEST);
  return [
    ...(major < OLDEST ? [`Lima ${version} is too old: install ${OLDEST}.0 or newer`] : []),
    ...(os === 'linux' && !hasQemu ? [`there is no ${emulatorFor(arch)}: install QEMU`] : []),
    ...(os === 'linux' ? ['`accelerator: auto` takes TCG; declare `accelerator: kvm` where it works'] : []),
  ];
}

async function isOnPath(program: string): Promise<boolean> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = await Promise.all(
    folders.map((folder) =>
      access(join(folder, program), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
