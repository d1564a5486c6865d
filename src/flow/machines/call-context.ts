/** What a call on a machine gets that is no step of a plan. */
import { ulid } from 'ulid';
import type { StepContext } from '../../drivers/step-context.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import type { Workspace } from '../workspace.ts';

export interface CallOptions {
  readonly signal: AbortSignal;
  progress(message: string): void;
}

export function callContext(
  { vault, owners, repository }: Workspace,
  { name, project, revision }: DesiredEnvironment,
  { signal, progress }: CallOptions,
): StepContext {
  return {
    signal,
    vault,
    owners,
    run: ulid(),
    ownership: {
      owner: owners[0] ?? '',
      project,
      environment: name,
      checkout: repository.root,
      revision: revision.commit,
    },
    progress,
  };
}
