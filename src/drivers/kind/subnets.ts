/** The subnets that kind takes where nobody says, for each family of addresses. Pure. */
import type { Json } from '../../model/json.ts';

const DEFAULTS: Readonly<Record<'pod_subnet' | 'service_subnet', readonly string[]>> = {
  pod_subnet: ['10.244.0.0/16', 'fd00:10:244::/56', '10.244.0.0/16,fd00:10:244::/56'],
  service_subnet: ['10.96.0.0/16', 'fd00:10:96::/112', '10.96.0.0/16,fd00:10:96::/112'],
};

export function isDefaultSubnet(field: 'pod_subnet' | 'service_subnet', subnet: Json): boolean {
  return typeof subnet === 'string' && DEFAULTS[field].includes(subnet);
}
