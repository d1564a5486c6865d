/** A service together with all that resolving it has found out: what checks and resources are made from. */
import type { Address } from '../../model/address.ts';
import type { Service } from '../../model/generated/environment.ts';
import type { DeclaredDependency, Dependencies } from './dependencies.ts';
import type { DeclaredAttachment } from './networks.ts';
import type { ResolvedService } from './service.ts';

export interface ServiceEntry {
  readonly key: string;
  readonly address: Address;
  readonly service: Service;
  readonly engine: string;
  readonly declared: readonly DeclaredDependency[];
  readonly dependencies: Dependencies;
  readonly attachments: readonly DeclaredAttachment[];
  readonly resolved: ResolvedService;
}
