/** What is tried: the machine as it is declared, without what would get in the way of the one that may run. Pure. */
import { join } from 'node:path';
import type { DesiredResource } from '../../../model/desired.ts';
import { scalarText } from '../../../model/json.ts';
import { domainElement } from '../domain/write.ts';
import type { LibvirtFacts } from '../facts.ts';
import { hasRootDisk } from '../implied.ts';
import { consoleVolume, diskName, ROOT_DISK, trialName } from '../names.ts';
import { element, elementsIn, type XmlElement } from '../xml/element.ts';

/** `pool` is the folder of the storage pool. */
export function trialDefinition({ name, config }: DesiredResource, facts: LibvirtFacts, pool: string): XmlElement {
  const trial = trialName(name);
  const domain = domainElement({
    name: trial,
    uuid: null,
    // Ports are taken, folders written to, and further disks full of data.
    config: { ...config, networks: {}, port_forwards: {}, mounts: {}, additional_disks: {} },
    mark: null,
    pool: facts.pool,
    arch: scalarText(config['arch'] ?? facts.host_arch),
    machine: typeof config['machine'] === 'string' ? config['machine'] : null,
    accelerator: 'kvm',
    disks: hasRootDisk(config) ? [{ disk: ROOT_DISK, volume: diskName(trial, ROOT_DISK), format: 'qcow2' }] : [],
    seed: null,
    console: join(pool, consoleVolume(trial)),
  });
  return ending(domain);
}

/** A guest that panics has not come up, and one that restarts would do so for ever. */
function ending(domain: XmlElement): XmlElement {
  const own = ['on_crash', 'on_reboot', 'on_poweroff'];
  const others = domain.children.filter((child) => typeof child === 'string' || !own.includes(child.name));
  const isDevices = (child: XmlElement | string): boolean => typeof child !== 'string' && child.name === 'devices';
  const at = others.findIndex(isDevices);
  const [devices] = elementsIn(domain, 'devices');
  const ends = own.map((name) => element(name, {}, ['destroy']));
  return devices === undefined
    ? domain
    : { ...domain, children: [...others.slice(0, at), ...ends, ...others.slice(at)] };
}
