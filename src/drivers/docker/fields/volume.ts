/** A volume in both directions. Whatever of it differs, only another volume could be so. */
import { type JsonObject, memberAt } from '../../../model/json.ts';
import type { CreateVolumeBody, VolumeInspect } from '../api/wire.ts';
import type { Reading } from './group.ts';
import { comparableLabels } from './labels.ts';
import type { NamedObject } from './network.ts';
import { picked, textAt, textsOf } from './parts.ts';

const FIELDS: readonly (readonly string[])[] = [['driver'], ['driver_opts'], ['labels']];

export function createVolumeBody(config: JsonObject, { name, labels }: NamedObject): CreateVolumeBody {
  return {
    Name: name,
    Driver: textAt(config, 'driver') ?? 'local',
    DriverOpts: textsOf(memberAt(config, 'driver_opts')),
    Labels: { ...textsOf(memberAt(config, 'labels')), ...labels },
  };
}

/** A volume as its manifest would say it. */
export function volumeFrom({ Driver, Options, Labels }: VolumeInspect): Reading {
  return {
    configured: { driver: Driver, driver_opts: { ...Options }, labels: comparableLabels(Labels) },
    defaults: {},
  };
}

export function comparableVolume(config: JsonObject): JsonObject {
  return picked(config, FIELDS);
}
