import { describe, expect, it } from 'vitest';
import { meaningOf } from '../../../../../src/drivers/docker/api/refusals.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';

interface Row {
  readonly said: string;
  readonly status: number;
  readonly code: string;
  readonly fields?: JsonObject;
}

const ENDPOINT = 'driver failed programming external connectivity on endpoint web (06d37549d386)';
const IN_START = 'failed to set up container networking: ';
const RUNC = 'OCI runtime create failed: runc create failed: unable to start container process';

/** As Engine 20.10, the current engine and Podman 4.3 were made to say it. */
const SENTENCES: Readonly<Record<string, readonly Row[]>> = {
  'a port that another container publishes': [
    {
      status: 500,
      said: `${ENDPOINT}: Bind for 0.0.0.0:18080 failed: port is already allocated`,
      code: 'port_in_use',
      fields: { port: 18080, ip: '0.0.0.0' },
    },
    {
      status: 500,
      said: `${IN_START}${ENDPOINT}: Bind for [::1]:18080 failed: port is already allocated`,
      code: 'port_in_use',
      fields: { port: 18080, ip: '[::1]' },
    },
    {
      status: 500,
      said: 'cannot listen on the TCP port: listen tcp4 :18080: bind: address already in use',
      code: 'port_in_use',
      fields: { port: 18080, ip: '' },
    },
  ],
  'a port that a process holds': [
    {
      status: 500,
      said: `${ENDPOINT}: Error starting userland proxy: listen tcp4 127.0.0.1:18099: bind: address already in use`,
      code: 'port_in_use',
      fields: { port: 18099, ip: '127.0.0.1' },
    },
    {
      status: 500,
      said: `${IN_START}${ENDPOINT}: failed to bind host port 0.0.0.0:18099/tcp: address already in use`,
      code: 'port_in_use',
      fields: { port: 18099, ip: '0.0.0.0' },
    },
  ],
  'an address to publish on that the host has not': [
    {
      status: 500,
      said: `${ENDPOINT}: Error starting userland proxy: listen udp4 1.2.3.4:18081: bind: cannot assign requested address`,
      code: 'address_unavailable',
    },
    {
      status: 500,
      said: `${ENDPOINT}: failed to bind host port 1.2.3.4:18081/udp: cannot assign requested address`,
      code: 'address_unavailable',
    },
  ],
  'a name that a container has': [
    {
      status: 409,
      said: 'Conflict. The container name "/web" is already in use by container "4d59". You have to remove (or rename) that container to be able to reuse that name.',
      code: 'name_in_use',
      fields: { name: 'web' },
    },
    {
      status: 500,
      said: 'container create: creating container storage: the container name "web" is already in use by 55db. You have to remove that container to be able to reuse that name: that name is already in use',
      code: 'name_in_use',
      fields: { name: 'web' },
    },
    {
      status: 409,
      said: 'renaming container fb03: name web already in use, cannot rename container fb03: container already exists',
      code: 'name_in_use',
      fields: { name: 'web' },
    },
  ],
  'a name that a network has': [
    { status: 409, said: 'network with name net already exists', code: 'name_in_use', fields: { name: 'net' } },
    {
      status: 500,
      said: 'network name net already used: network already exists',
      code: 'name_in_use',
      fields: { name: 'net' },
    },
  ],
  'an image that is not there': [
    { status: 404, said: 'No such image: nope:1', code: 'object_missing' },
    { status: 404, said: 'no such image: docker.io/library/nope:1: image not known', code: 'object_missing' },
  ],
  'an image for another platform': [
    {
      status: 404,
      said: 'image with reference busybox:1 was found but does not match the specified platform: wanted linux/arm64, actual: linux/amd64',
      code: 'step_failed',
    },
    {
      status: 404,
      said: 'image with reference busybox:1 was found but does not provide the specified platform (linux/arm64)',
      code: 'step_failed',
    },
  ],
  'a volume that containers use': [
    {
      status: 409,
      said: 'remove data: volume is in use - [3020, 79f7]',
      code: 'object_in_use',
      fields: { containers: ['3020', '79f7'] },
    },
    {
      status: 409,
      said: 'volume data is being used by the following container(s): 8c47: volume is being used',
      code: 'object_in_use',
      fields: { containers: ['8c47'] },
    },
  ],
  'a network that containers are attached to': [
    {
      status: 403,
      said: 'error while removing network: network net id 3105 has active endpoints',
      code: 'object_in_use',
    },
    {
      status: 403,
      said: 'error while removing network: network net has active endpoints (name:"web" id:"b5f2")',
      code: 'object_in_use',
    },
    {
      status: 500,
      said: '"net" has associated containers with it. Use -f to forcibly delete containers and pods: network is being used',
      code: 'object_in_use',
    },
  ],
  'no address range left': [
    {
      status: 404,
      said: 'could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network',
      code: 'address_unavailable',
    },
    { status: 400, said: 'all predefined address pools have been fully subnetted', code: 'address_unavailable' },
  ],
  'a subnet that another network has': [
    { status: 403, said: 'Pool overlaps with other one on this address space', code: 'address_unavailable' },
    {
      status: 403,
      said: 'invalid pool request: Pool overlaps with other one on this address space',
      code: 'address_unavailable',
    },
    {
      status: 500,
      said: 'subnet 10.99.0.0/25 is already used on the host or by another config',
      code: 'address_unavailable',
    },
  ],
  'an address that another container has': [
    { status: 403, said: 'Address already in use', code: 'address_unavailable' },
    {
      status: 500,
      said: 'IPAM error: requested ip address 10.99.0.9 is already allocated to container ID bff4',
      code: 'address_unavailable',
    },
  ],
  'a command that the image has not': [
    {
      status: 400,
      said: `failed to create shim task: ${RUNC}: exec: "serve": executable file not found in $PATH: unknown`,
      code: 'command_not_found',
      fields: { command: 'serve' },
    },
    {
      status: 400,
      said: `failed to create task for container: failed to create shim task: ${RUNC}: error during container init: exec: "serve": executable file not found in $PATH`,
      code: 'command_not_found',
      fields: { command: 'serve' },
    },
    {
      status: 500,
      said: 'runc: runc create failed: unable to start container process: exec: "/bin/serve": stat /bin/serve: no such file or directory: OCI runtime attempted to invoke a command that was not found',
      code: 'command_not_found',
      fields: { command: '/bin/serve' },
    },
  ],
  'a command that is no program': [
    {
      status: 400,
      said: `failed to create shim task: ${RUNC}: exec: "/etc/passwd": permission denied: unknown`,
      code: 'step_failed',
      fields: { command: '/etc/passwd' },
    },
  ],
  'a bind source that is not there': [
    {
      status: 400,
      said: 'invalid mount config for type "bind": bind source path does not exist: /no/such folder',
      code: 'step_failed',
      fields: { path: '/no/such folder' },
    },
  ],
  'a container that does not run': [
    { status: 409, said: 'Container c83f is not running', code: 'not_running' },
    { status: 409, said: 'Cannot kill container: c83f: Container c83f is not running', code: 'not_running' },
    { status: 409, said: 'Container 4d59 is paused, unpause the container before exec', code: 'not_running' },
    {
      status: 409,
      said: 'cannot create exec session as container f41b is paused',
      code: 'not_running',
    },
    {
      status: 500,
      said: 'can only create exec sessions on running containers: container state improper',
      code: 'not_running',
    },
    {
      status: 500,
      said: 'can only kill running containers. fb03 is in state created: container state improper',
      code: 'not_running',
    },
    { status: 500, said: '"created" is not running, can\'t pause: container state improper', code: 'not_running' },
  ],
  'a container that runs and must not': [
    {
      status: 409,
      said: 'You cannot remove a running container 4d59. Stop the container before attempting removal or force remove',
      code: 'step_failed',
    },
    {
      status: 409,
      said: 'cannot remove container "9ea6": container is running: stop the container before removing or force remove',
      code: 'step_failed',
    },
    {
      status: 500,
      said: 'cannot remove container f41b as it is running - running or paused containers cannot be removed without force: container state improper',
      code: 'step_failed',
    },
  ],
  'an object that is gone': [
    { status: 404, said: 'No such container: nope', code: 'object_missing' },
    { status: 404, said: 'no container with name or ID "nope" found: no such container', code: 'object_missing' },
    { status: 404, said: 'failed to set up container networking: network abe8 not found', code: 'object_missing' },
    { status: 404, said: 'get nope: no such volume', code: 'object_missing' },
  ],
  'a driver that the engine has not': [
    { status: 404, said: 'plugin "nope" not found', code: 'step_failed' },
    {
      status: 404,
      said: 'create data: error looking up volume plugin nope: plugin "nope" not found',
      code: 'step_failed',
    },
    { status: 500, said: 'unsupported driver nope: invalid argument', code: 'step_failed' },
  ],
  'a call that the engine does not have': [
    { status: 404, said: 'page not found', code: 'step_failed' },
    { status: 404, said: 'Not Found', code: 'step_failed' },
  ],
};

describe.each(Object.entries(SENTENCES))('%s', (_what, rows) => {
  it.each(rows)('is $code where the engine says $status "$said"', ({ status, said, code, fields }) => {
    const meaning = meaningOf(status, said);

    expect(meaning.code).toBe(code);
    expect(meaning.fields ?? {}).toEqual(fields ?? {});
    expect(meaning.next).not.toBe('');
  });
});
