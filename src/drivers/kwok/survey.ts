/** Folders of clusters, for `doctor`: whether kwokctl is there, and which programs of a control plane it would have to fetch. */
import type { EngineDeclaration } from '../../model/desired.ts';
import { failureOf } from '../../model/failure.ts';
import type { EngineSight } from '../engine-sight.ts';
import { findBinaries, PROGRAMS } from './binaries.ts';
import { REPAIR } from './facts.ts';
import { engineOf } from './engine.ts';
import { askFacts } from './observe/ask-facts.ts';
import { unreadableClusters } from './observe/look-at-folder.ts';

export function surveyEngines(
  engines: readonly EngineDeclaration[],
  signal: AbortSignal,
): Promise<readonly EngineSight[]> {
  return Promise.all(engines.map((engine) => sightOf(engine, signal)));
}

async function sightOf(declaration: EngineDeclaration, signal: AbortSignal): Promise<EngineSight> {
  const engine = engineOf(declaration);
  const sight = { engine: declaration, place: engine.root, description: null, facts: null, error: null, next: null };
  try {
    const [facts, binaries, unreadable] = await Promise.all([
      askFacts(engine, signal),
      findBinaries(),
      unreadableClusters(engine),
    ]);
    const server = facts.api_server === null ? [] : [`Kubernetes ${facts.api_server}`];
    const description = [`kwokctl ${facts.version}`, ...server].join(', ');
    return {
      ...sight,
      description,
      facts,
      limits: limitsOf({
        problem: facts.api_server_problem,
        missing: PROGRAMS.filter((name) => binaries[name] === undefined),
        unreadable,
      }),
    };
  } catch (error) {
    signal.throwIfAborted();
    const { message, next } = failureOf(error);
    return { ...sight, error: message, next, limits: [] };
  }
}

interface Found {
  /** Of the kube-apiserver on the PATH. */
  readonly problem: string | null;
  readonly missing: readonly string[];
  readonly unreadable: readonly string[];
}

export function limitsOf({ problem, missing, unreadable }: Found): readonly string[] {
  return [
    ...(problem === null ? [] : [`${problem}: ${REPAIR}`]),
    ...(missing.length === 0 ? [] : [`not on the PATH, so that kwokctl fetches them: ${missing.join(', ')}`]),
    ...(unreadable.length === 0 ? [] : [`nobody can read whose these clusters are: ${unreadable.join(', ')}`]),
  ];
}
