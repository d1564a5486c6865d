/**
 * What engines answered, as everybody gets it who looks at an environment: each object once, no secret in the clear of what
 * no label speaks of, and what manifests claim as ours. Whoever observes goes through here, so that no command takes what is
 * adopted for somebody else's.
 */
import { withClaims } from '../diff/claims.ts';
import { withUnlabelledSealed } from '../diff/unlabelled-secrets.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import type { Observation, Recorded } from '../model/observed.ts';
import { NOBODY } from '../model/ownership.ts';
import type { Sealer } from '../model/secret.ts';
import { withoutRepeats } from './one-engine.ts';

export interface SeenInput {
  readonly environment: DesiredEnvironment;
  readonly recorded: Recorded;
  /** All ids are ours; none where nothing was ever applied from here. */
  readonly owners: readonly string[];
  readonly sealer: Sealer;
}

/** `identities` says, by the name of an engine, what it is. */
export function seenFor(
  { environment, recorded, owners: [owner = NOBODY], sealer }: SeenInput,
  answers: ReadonlyMap<string, Observation>,
  identities: ReadonlyMap<string, string>,
): ReadonlyMap<string, Observation> {
  const sealed = withUnlabelledSealed(answers, { environment, recorded, sealer });
  const { observations } = withClaims(sealed, { environment, recorded, owner });
  return withoutRepeats(environment, observations, identities);
}
