/** What real engines said of containers, and what they had been asked for. */
import { readFileSync } from 'node:fs';
import type {
  ContainerInspect,
  ImageInspect,
  NetworkInspect,
  VolumeInspect,
} from '../../../../../src/drivers/docker/api/wire.ts';
import type { DockerFacts } from '../../../../../src/drivers/docker/facts.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { NOW, OLD } from '../engine-facts.ts';

export interface Fixture {
  readonly config: JsonObject;
  readonly image: ImageInspect;
  readonly networks: readonly NetworkInspect[];
  readonly volumes: readonly VolumeInspect[];
  /** Before it was ever started. */
  readonly created: ContainerInspect;
  /** What had changed once it ran. */
  readonly started: Pick<ContainerInspect, 'State' | 'NetworkSettings'>;
}

export const ENGINES: readonly (readonly [string, DockerFacts])[] = [
  ['engine-20.10', OLD],
  ['engine-current', NOW],
];

export const SCENES = ['image-alone', 'everything', 'alone', 'on-the-host'] as const;

export function fixture(engine: string, scene: (typeof SCENES)[number]): Fixture {
  const text = readFileSync(new URL(`../fixtures/${engine}.${scene}.json`, import.meta.url), 'utf8');
  return JSON.parse(text) as Fixture;
}

export function running({ created, started }: Fixture): ContainerInspect {
  return { ...created, ...started };
}
