/** Folders of the host in the guest, over 9p: the guest mounts them by the path that is declared, as their tag. */
import { isJsonObject, type JsonObject, member, scalarText } from '../../../model/json.ts';
import { attributeOf, element, elementAt, elementsIn, type XmlElement } from '../xml/element.ts';

/** A tag takes no more: QEMU refuses it. */
export const LONGEST_TAG = 31;

export function mountElements(config: JsonObject): readonly XmlElement[] {
  const mounts = isJsonObject(config['mounts']) ? config['mounts'] : {};
  return Object.values(mounts).map((mount) =>
    // Whoever QEMU runs as may not give files away: then they stay its own.
    element('filesystem', { type: 'mount', accessmode: 'squash' }, [
      element('source', { dir: scalarText(member(mount, 'host_path')) }),
      element('target', { dir: scalarText(member(mount, 'guest_path')) }),
      member(mount, 'mode') === 'ro' ? element('readonly') : null,
    ]),
  );
}

export function readMounts(domain: XmlElement): JsonObject {
  const found = elementsIn(elementAt(domain, 'devices'), 'filesystem').map((mount) => {
    const path = attributeOf(elementAt(mount, 'target'), 'dir') ?? '';
    const host = attributeOf(elementAt(mount, 'source'), 'dir');
    const mode = elementAt(mount, 'readonly') === null ? 'rw' : 'ro';
    return [path, { host_path: host, guest_path: path, mode }] as const;
  });
  return { mounts: Object.fromEntries(found) };
}
