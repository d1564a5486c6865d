/** What an import found as the text of one manifest. */
import type { Imported } from './imported.ts';
import { manifestText } from './render.ts';

export interface ManifestPlace {
  readonly environment: string;
  /** Where editors find the schema: a path relative to the manifest; `null` where nobody has placed it. */
  readonly schema: string | null;
  /** What it was imported from, for people. */
  readonly origin: string;
}

type Found = Omit<Imported, 'secrets' | 'notes' | 'stopped'>;

export function importedManifest(imported: Found, place: ManifestPlace): string {
  const { project, variables, services, volumes, networks, ignored, comments } = imported;
  const { environment } = place;
  const isClaiming = [services, volumes, networks].some((one) =>
    Object.values(one).some(({ adopted }) => adopted !== undefined),
  );
  return manifestText({
    heading: headingOf(place, isClaiming),
    sections: {
      name: environment,
      type: 'local',
      project: project === environment ? null : project,
      variables,
      services,
      networks,
      volumes,
      ignore_differences: ignored.map(({ address, field_path, reason }) => ({ address, field_path, reason })),
    },
    comments,
  });
}

function headingOf({ environment, schema, origin }: ManifestPlace, isClaiming: boolean): readonly string[] {
  const apply = `trueup apply ${environment}${isClaiming ? ' --adopt' : ''}`;
  const plan = `trueup plan ${environment}`.padEnd(apply.length);
  return [
    ...(schema === null ? [] : [`yaml-language-server: $schema=${schema}`, '']),
    `Imported from ${origin}.`,
    ...(isClaiming ? ['What is claimed with `adopted` runs already; nothing of it is made anew.'] : []),
    `  ${plan}    shows what would change`,
    `  ${apply}    ${isClaiming ? 'takes it over' : 'does it'}`,
  ];
}
