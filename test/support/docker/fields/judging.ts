/** What the field tests hold an engine's words and trueup's findings to. */
import { expect } from 'vitest';
import { at, isRecord, type Seen } from './row.ts';
import type { Scene } from './scene.ts';
import type { Difference } from './stage.ts';

/** It stands at the line of the field, of its value, or of the nearest declared thing around it. */
export function expectLine({ field_path: path, after, source }: Difference, text: string, scene: Scene): void {
  const line = text.split('\n')[(source?.start.line ?? 0) - 1] ?? '';
  const names = [...path.matchAll(/\['((?:[^'\\]|\\.)*)'\]/g)].map(([, name = '']) => name);
  const values = [after]
    .flat()
    .flatMap((value) => (isRecord(value) ? Object.values(value) : [value]))
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  const marks = [...names, ...values, ...names.map((name) => name.split('/')[0] ?? ''), scene.key];
  expect(
    marks.filter((mark) => mark !== '').some((mark) => line.includes(mark)),
    `${path}: ${line}`,
  ).toBe(true);
}

/** The name of the volume that nobody declared, which a new container is to have again. */
export function anonymousVolume({ container }: Seen): unknown {
  const mounts = at(container, 'Mounts') as readonly { readonly Destination: string; readonly Name?: string }[];
  return mounts.find(({ Destination: destination }) => destination === '/var/anonymous')?.Name;
}

/** What healing brings back: all that is declared, without what each start brings anew. */
export function steady({ container }: Seen): unknown {
  const networks = at(container, 'NetworkSettings.Networks') as Readonly<
    Record<string, Readonly<Record<string, unknown>>>
  >;
  return {
    name: container['Name'],
    host: { ...(container['HostConfig'] as object), Mounts: null },
    mounts: (at(container, 'Mounts') as readonly { readonly Destination: string; readonly RW: boolean }[])
      .map(({ Destination: destination, RW }) => `${destination} ${RW}`)
      .toSorted(),
    config: { ...(container['Config'] as object), Labels: null, Hostname: at(container, 'Config.Hostname') },
    networks: Object.entries(networks).map(([name, { IPAMConfig, Aliases }]) => ({
      name,
      IPAMConfig,
      aliases: (Aliases as readonly string[]).filter((alias) => !/^[0-9a-f]{12}$/.test(alias)).toSorted(),
    })),
  };
}
