/**
 * Which commit a version of the configuration of a VM is of. One that was applied from a working tree with changes cannot be
 * gone back to: git does not hold it, and what is remembered of it has no secrets. Pure.
 */
import type { Address } from '../model/address.ts';
import type { ConfigurationVersion } from '../model/configuration-history.ts';
import { TrueupError } from '../model/failure.ts';

export interface VersionedVm {
  readonly environment: string;
  readonly address: Address;
}

/** A full hash. */
export function versionTarget(
  { environment, address }: VersionedVm,
  version: number,
  versions: readonly ConfigurationVersion[],
): string {
  const name = `${environment}/${address}`;
  const own = versions.filter(({ configId }) => configId === name);
  const found = own.find((one) => one.version === version);
  if (found === undefined) {
    throw new TrueupError('nothing_to_go_back_to', `${name} has no version ${version}`, {
      fields: { address: name, version, known: own.map((one) => one.version) },
      next: `name one that \`trueup history ${name}\` lists`,
    });
  }
  const { commit, dirty } = found.revision;
  if (commit !== null && !dirty) return commit;
  const held = commit === null ? 'before the first commit' : `with changes beyond ${commit.slice(0, 12)}`;
  const message = `version ${version} of ${name} is of a working tree ${held}, which git does not hold: it cannot be gone back to`;
  throw new TrueupError('nothing_to_go_back_to', message, {
    fields: { address: name, version, commit },
    next: `name another one that \`trueup history ${name}\` lists; \`--output json\` has what was applied`,
  });
}
