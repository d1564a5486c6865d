/** What libvirt 9.0 said of a machine of ours: recorded, and paths told otherwise. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { XmlElement } from '../../../../src/drivers/libvirt/xml/element.ts';
import { parseXml } from '../../../../src/drivers/libvirt/xml/parse.ts';

const FOLDER = join(import.meta.dirname, 'recorded');

export function recordedText(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

export function recordedXml(name: string): XmlElement {
  return parseXml(recordedText(`${name}.xml`));
}
