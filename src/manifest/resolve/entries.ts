/** What runs, together with all that resolving it has found out: what checks and resources are made from. */
import type { Address } from '../../model/address.ts';
import type { Service } from '../../model/generated/environment.ts';
import type { ManifestPath } from '../layers.ts';
import type { DeclaredDependency, Dependencies } from './dependencies.ts';
import type { DeclaredAttachment } from './networks.ts';
import type { ResolvedService } from './service.ts';

/** A service, a VM or a cluster: what depends on others, and what others depend on. */
export interface Entry {
  readonly key: string;
  readonly address: Address;
  /** Where it is declared: its collection, and its key. */
  readonly path: ManifestPath;
  readonly engine: string;
  readonly declared: readonly DeclaredDependency[];
  readonly dependencies: Dependencies;
}

export interface ServiceEntry extends Entry {
  readonly service: Service;
  readonly attachments: readonly DeclaredAttachment[];
  readonly resolved: ResolvedService;
}
