/** What changed in services' own files, for people. Paths are whatever somebody called a file: they are made safe. */
import type { FilesystemChangeKind, FilesystemDrift, UnseenFilesystem } from '../model/filesystem.ts';
import { wrapParts } from './layout.ts';
import { type Paint, painter } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';

const SIGNS: Readonly<Record<FilesystemChangeKind, string>> = { added: '+', changed: '~', deleted: '-' };

/** Said even where there is nothing: somebody asked. */
export function filesystemText(filesystem: FilesystemDrift, options: RenderOptions): string {
  const paint = painter(options.color);
  const services = serviceLines(filesystem, options, paint);
  const unseen = filesystem.unseen.map((item) => wrapParts([`  ${unseenText(item)}`], options.width, 6));
  const none = unseen.length === 0 ? '  nothing changed' : '  nothing found';
  return ['Own files of services:', ...(services.length === 0 ? [none] : services), ...unseen].join('\n');
}

/** `local: not looked at, since engines of this kind cannot tell`. */
export function unseenText({ engine, reason }: UnseenFilesystem): string {
  const name = safeText(engine);
  switch (reason) {
    case 'cannot_tell':
      return `${name}: not looked at, since engines of this kind cannot tell`;
    case 'no_answer':
      return `${name}: not all looked at, since it did not answer`;
    default:
      return reason satisfies never;
  }
}

function serviceLines({ changes, omitted }: FilesystemDrift, options: RenderOptions, paint: Paint): readonly string[] {
  const more = new Map(omitted.map(({ address, count }) => [address, count]));
  return [...Map.groupBy(changes, ({ address }) => address)].flatMap(([address, own]) => {
    const count = more.get(address) ?? 0;
    return [
      `  ${paint('strong', safeText(address))}`,
      ...own.map(({ path, change }) =>
        wrapParts([`    ${paint('change', SIGNS[change])}`, safeText(path)], options.width, 6),
      ),
      ...(count === 0 ? [] : [`    and ${count} more`]),
    ];
  });
}
