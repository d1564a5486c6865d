/** What the documents of `drift` and `plan` say, as the rows of the world say it. */
import type { Json } from '../../../../src/model/json.ts';
import type { CliResult } from '../../cli.ts';
import type { Owner, Scene } from '../fields/scene.ts';

/** A difference, as it is told. */
export interface Told {
  readonly address: string;
  readonly field_path: string;
  readonly before: Json;
  readonly after: Json;
  readonly cause: string;
  readonly severity: string;
  readonly file: string | null;
  readonly line: number | null;
}

export interface LeftByHand {
  readonly address: string;
  readonly field_path: string | null;
  readonly reason: string;
  readonly line: number | null;
}

interface Source {
  readonly file: string;
  readonly start: { readonly line: number };
}

interface ChangeIn {
  readonly address: string;
  readonly differences: readonly (Omit<Told, 'address' | 'file' | 'line'> & { readonly source: Source | null })[];
}

interface DriftIn {
  readonly writing?: { readonly by_hand: readonly (Omit<LeftByHand, 'line'> & { readonly source: Source | null })[] };
  readonly resource_drift?: readonly ChangeIn[];
  readonly resource_changes?: readonly ChangeIn[];
}

export function differencesIn(
  result: CliResult,
  member: 'resource_drift' | 'resource_changes' = 'resource_drift',
): readonly Told[] {
  return (documentIn(result)[member] ?? []).flatMap(({ address, differences }) =>
    differences.map(({ field_path, before, after, cause, severity, source }) => {
      return {
        address,
        field_path,
        before,
        after,
        cause,
        severity,
        file: source?.file ?? null,
        line: source?.start.line ?? null,
      };
    }),
  );
}

export function byHandIn(result: CliResult): readonly LeftByHand[] {
  const left = documentIn(result).writing?.by_hand ?? [];
  return left.map(({ address, field_path, reason, source }) => {
    return { address, field_path, reason, line: source?.start.line ?? null };
  });
}

export function addressIn({ key, volume, network }: Scene, of: Owner): string {
  return { service: `service.${key}`, volume: `volume.${volume}`, network: `network.${network}` }[of];
}

function documentIn({ stdout, stderr }: CliResult): DriftIn {
  if (stdout === '') throw new Error(`no document: ${stderr}`);
  return JSON.parse(stdout) as never;
}
