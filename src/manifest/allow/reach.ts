/**
 * Reach: what holds whatever a policy says. Probes go to published ports of the environment itself and nowhere else, names
 * inside it stand for one service each, and nothing of the clone is mounted in another way than the policy has it.
 */
import { isJsonObject, type Json, type JsonObject, member } from '../../model/json.ts';
import { nameOf, shownValue } from '../schema-wording.ts';
import { instancesOf } from './instances.ts';
import type { ForeignPolicy } from './policy.ts';
import type { Violation } from './violation.ts';

/** No user, no name but that of this machine, and a port: nothing that two readers could read differently. */
const OWN_URL =
  /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\]):([1-9][0-9]{0,4})(?:[/?][A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?$/;

const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  localhost: ['127.0.0.1', '::1', ''],
  '127.0.0.1': ['127.0.0.1', ''],
  '[::1]': ['::1', ''],
};

export function checkReach(root: JsonObject, policy: ForeignPolicy): readonly Violation[] {
  return [...endpoints(root), ...aliases(root), ...binds(root, policy)];
}

function endpoints(root: JsonObject): readonly Violation[] {
  const published = new Set(
    instancesOf(root, 'services.*.networking.ports.*').flatMap(({ value }) => {
      const protocol = member(value, 'protocol') ?? 'tcp';
      const address = member(value, 'host_ip') ?? '';
      return protocol === 'tcp' ? [`${textOf(address)} ${textOf(member(value, 'host_port'))}`] : [];
    }),
  );
  return instancesOf(root, 'services.*.health_check.endpoints.*.url').flatMap(
    ({ value, path }): readonly Violation[] => {
      const [, host = '', port = ''] = OWN_URL.exec(typeof value === 'string' ? value : '') ?? [];
      if ((ADDRESSES[host] ?? []).some((address) => published.has(`${address} ${port}`))) return [];
      const summary = `${shownValue(value)} is no port that this environment publishes`;
      const detail =
        'a repo that is not yours is asked at its own published ports alone: write such as http://localhost:20080/health';
      return [{ path, part: 'value', summary, detail }];
    },
  );
}

/** The name of a service leads to that service. */
function aliases(root: JsonObject): readonly Violation[] {
  const { services } = root;
  const keys = new Set(isJsonObject(services) ? Object.keys(services) : []);
  return instancesOf(root, 'services.*.networking.networks.*.aliases.*').flatMap(
    ({ value, path }): readonly Violation[] => {
      if (typeof value !== 'string' || !keys.has(value) || value === path[1]) return [];
      const summary = `the alias "${value}" is the name of another service`;
      return [{ path, part: 'value', summary, detail: null }];
    },
  );
}

function binds(root: JsonObject, policy: ForeignPolicy): readonly Violation[] {
  return instancesOf(root, 'services.*.storage.volumes.*').flatMap(({ value, path }): readonly Violation[] => {
    if (member(value, 'host_path') === null && member(value, 'type') !== 'bind') return [];
    if (policy.binds === 'none') {
      const summary = `${nameOf(path)} mounts from the host, which is not allowed in a repo that is not yours`;
      return [{ path, part: 'value', summary, detail: null }];
    }
    if (policy.binds === 'read_write' || member(value, 'mode') === 'ro') return [];
    const summary = `${nameOf(path)} must be read-only in a repo that is not yours`;
    return [{ path, part: 'value', summary, detail: 'write such as "./file:/path:ro"' }];
  });
}

function textOf(value: Json): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
