/** A volume in both directions. Whatever of it differs, only another volume could be so. */
import { type JsonObject, member, memberAt, scalarText } from '../../../model/json.ts';
import type { CreateVolumeBody, VolumeInspect } from '../api/wire.ts';
import { LABEL } from '../labels.ts';
import type { Reading } from './group.ts';
import { comparableLabels } from './labels.ts';
import type { NamedObject } from './network.ts';
import { picked, shapeOf, textAt, textsOf } from './parts.ts';

const ANONYMOUS = 'com.docker.volume.anonymous';
const FIELDS = shapeOf([['driver'], ['driver_opts'], ['labels']]);

export function createVolumeBody(config: JsonObject, { name, labels }: NamedObject): CreateVolumeBody {
  return {
    Name: name,
    Driver: textAt(config, 'driver') ?? 'local',
    DriverOpts: textsOf(memberAt(config, 'driver_opts')),
    Labels: { ...textsOf(memberAt(config, 'labels')), ...labels, ...backupLabel(config) },
  };
}

/** A volume as its manifest would say it. */
export function volumeFrom({ Driver, Options, Labels }: VolumeInspect): Reading {
  return {
    configured: {
      driver: Driver,
      driver_opts: { ...Options },
      labels: comparableLabels(Labels),
      ...backupsFrom(Labels?.[LABEL.backups]),
    },
    // Nobody declares it: the engine says so of a volume that nobody has named.
    defaults: Labels?.[ANONYMOUS] === undefined ? {} : { labels: { [ANONYMOUS]: Labels[ANONYMOUS] } },
  };
}

function backupLabel(config: JsonObject): Readonly<Record<string, string>> {
  const metadata = memberAt(config, 'metadata');
  if (member(metadata, 'backup_enabled') !== true) return {};
  return { [LABEL.backups]: scalarText(member(metadata, 'backups_kept') ?? 1) };
}

/** As it was when the volume was made: for when no manifest knows it any more. */
function backupsFrom(label: string | undefined): JsonObject {
  const kept = Number(label);
  return Number.isInteger(kept) && kept > 0 ? { metadata: { backup_enabled: true, backups_kept: kept } } : {};
}

export function comparableVolume(config: JsonObject): JsonObject {
  return picked(config, FIELDS);
}
