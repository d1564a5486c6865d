/** Rules between resources that share an engine, within an environment and across environments. */
import { engineIdentity } from '../../model/engine-identity.ts';
import { formatSource } from '../../model/source.ts';
import { itemsOf } from '../prune.ts';
import type { ServiceEntry } from '../resolve/entries.ts';
import { parsePort, portKey } from '../resolve/ports.ts';
import { isProcess } from '../resolve/mounts.ts';
import type { Scope } from '../resolve/scope.ts';
import type { Claimant } from './claims-across.ts';

/** As much of an environment as other environments can collide with. */
export interface Neighbour extends Claimant {
  readonly entries: readonly ServiceEntry[];
  /** The engines that its resources are on. */
  readonly used: ReadonlySet<string>;
}

interface Publication {
  readonly who: string;
  readonly environment: string;
  readonly service: string;
  readonly ip: string | null;
  readonly place: string;
}

/** Who publishes which host port, on every engine. Environments are to be added in the order of their names. */
export class PublishedPorts {
  readonly #published = new Map<string, Publication[]>();

  add({ name, scope, engines, entries }: Neighbour): void {
    for (const entry of entries) {
      const engine = engines[entry.engine];
      if (engine === undefined) continue;
      const identity = engineIdentity(engine);
      const own = new Set<string>();
      for (const [index, item] of itemsOf(entry.service.networking?.ports)) {
        const path = ['services', entry.key, 'networking', 'ports', String(index)];
        for (const port of parsePort(item, isProcess(entry.service)).value ?? []) {
          if (port.host_port === null || own.has(portKey(port))) continue;
          own.add(portKey(port));
          this.#publish(`${identity} ${port.host_port}/${port.protocol}`, port.host_ip, name, entry, path, scope);
        }
      }
    }
  }

  #publish(
    id: string,
    ip: string | null,
    environment: string,
    entry: ServiceEntry,
    path: readonly string[],
    { reporter }: Scope,
  ): void {
    const others = this.#published.get(id) ?? [];
    const rival = others.find(
      (other) => overlap(other.ip, ip) && !(other.environment === environment && other.service === entry.key),
    );
    const source = reporter.layers.locate(path, 'value');
    if (rival !== undefined) {
      const who = rival.environment === environment ? rival.service : `${rival.environment}/${rival.service}`;
      const summary = `host port ${id.slice(id.lastIndexOf(' ') + 1)} is published by service "${who}" too`;
      reporter.error('port_conflict', path, summary, `published first at ${rival.place}`);
    }
    others.push({
      who: entry.address,
      environment,
      service: entry.key,
      ip,
      place: source === null ? '' : formatSource(source),
    });
    this.#published.set(id, others);
  }
}

/** Every project is of one environment on each engine: otherwise the physical names of both would be the same. */
export class Projects {
  readonly #owners = new Map<string, { readonly name: string; readonly place: string }>();

  add({ name, scope, engines, used }: Neighbour): void {
    const { project, reporter } = scope;
    const path = reporter.layers.declares(['project']) ? ['project'] : ['name'];
    const source = reporter.layers.locate(path, 'value');
    for (const engine of used) {
      const declaration = engines[engine];
      const id = declaration === undefined ? '' : `${engineIdentity(declaration)} ${project}`;
      const owner = this.#owners.get(id);
      if (owner === undefined) this.#owners.set(id, { name, place: source === null ? '' : formatSource(source) });
      else if (declaration !== undefined && owner.name !== name) {
        const summary = `project "${project}" is already that of environment "${owner.name}" on engine "${engine}"`;
        reporter.error(
          'engine_conflict',
          path,
          summary,
          `declared first at ${owner.place}; give one of them another \`project\``,
        );
        return;
      }
    }
  }
}

/** Two addresses are one to whoever listens on all of them. */
function overlap(left: string | null, right: string | null): boolean {
  return left === right || isAny(left) || isAny(right);
}

function isAny(ip: string | null): boolean {
  return ip === null || ip === '0.0.0.0' || ip === '::';
}
