/** What an observed configuration says about its neighbours, for what no manifest declares any more. */
import { type Address, addressOf, isAddress } from '../../model/address.ts';
import { isJsonArray, isJsonObject, type JsonObject, member, memberAt, scalarText } from '../../model/json.ts';

/** Volumes and networks that a configuration refers to; where no field of a manifest does, its driver lists them as `uses`. */
export function usesOf(config: JsonObject): readonly Address[] {
  const mounts = memberAt(config, 'storage', 'volumes');
  const networks = memberAt(config, 'networking', 'networks');
  const volumes = isJsonObject(mounts) ? Object.values(mounts).map((mount) => member(mount, 'volume')) : [];
  const listed = member(config, 'uses');
  return [
    ...(isJsonArray(listed) ? listed : []).filter((used) => typeof used === 'string').filter(isAddress),
    ...volumes.filter((key) => typeof key === 'string').map((key) => addressOf('volume', key)),
    ...(isJsonObject(networks) ? Object.keys(networks).map((key) => addressOf('network', key)) : []),
  ];
}

/** Host ports that a configuration takes, as `8080/tcp`. On which of the host's addresses makes no difference here. */
export function hostPortsOf(config: JsonObject): readonly string[] {
  const ports = memberAt(config, 'networking', 'ports');
  if (!isJsonObject(ports)) return [];
  return Object.values(ports).flatMap((port) => {
    const number = member(port, 'host_port');
    return number === null ? [] : [`${scalarText(number)}/${scalarText(member(port, 'protocol') ?? 'tcp')}`];
  });
}

/** Resources that a configuration depends on, and whether their restarts take it along. */
export function dependenciesOf(
  config: JsonObject,
): readonly { readonly address: Address; readonly restart: boolean }[] {
  const dependencies = member(config, 'dependencies');
  if (!isJsonObject(dependencies)) return [];
  return Object.entries(dependencies).flatMap(([address, dependency]) =>
    isAddress(address) ? [{ address, restart: member(dependency, 'restart') === true }] : [],
  );
}
