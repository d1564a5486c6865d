/** The fields of a machine, each with two values that are not the same. */

export interface FieldRow {
  readonly field: string;
  /** Where there is more than one row of a field. */
  readonly title?: string;
  /** As YAML; absent where there is nothing to declare that libvirt would carry, with the reason beside it. */
  readonly first?: string;
  /** Absent: the field is left out. */
  readonly second?: string;
  /** What has to be declared along. */
  readonly others?: Readonly<Record<string, string>>;
  /** What differs once it is edited: address, path and effect. */
  readonly expected: readonly string[];
  /** What the definition has to match while it has the first value. */
  readonly shows?: RegExp;
}

function vm(path: string, effect = 'in_place'): readonly string[] {
  return [`vm.box $${path} ${effect}`];
}

const NOT_COMPARED: readonly string[] = [];

export const FIELD_ROWS: readonly FieldRow[] = [
  // Where it is, and what it is called: the core's own matter.
  { field: 'name', expected: NOT_COMPARED },
  { field: 'driver', expected: NOT_COMPARED },
  { field: 'engine', expected: NOT_COMPARED },
  { field: 'arch', first: 'x86_64', expected: NOT_COMPARED, shows: /arch='x86_64'/ },
  { field: 'machine', first: 'q35', second: 'pc', expected: vm("['machine']"), shows: /machine='pc-q35-[\d.]+'/ },
  { field: 'machine', title: 'machine, left out', first: 'q35', expected: vm("['machine']") },
  // Whether a guest runs under KVM is another matter: here it is only defined.
  { field: 'accelerator', first: 'tcg', second: 'kvm', expected: vm("['accelerator']"), shows: /type='qemu'/ },
  { field: 'cpus', first: '3', second: '1', expected: vm("['cpus']"), shows: />3<\/vcpu>/ },
  { field: 'memory', first: '96MiB', second: '1.5GiB', expected: vm("['memory']"), shows: /<memory unit='KiB'>98304</ },
  {
    field: 'memory',
    title: 'memory, of no whole KiB',
    first: '100000001',
    second: '96MiB',
    expected: vm("['memory']"),
  },
  {
    field: 'disk',
    first: '20MiB',
    second: '24MiB',
    expected: ["volume.box.disk $['size'] in_place"],
    shows: /volume='demo-box\.disk'/,
  },
  { field: 'image', first: 'IMAGE', expected: vm("['disk']"), shows: /volume='demo-box\.disk'/ },
  { field: 'kernel', first: 'KERNEL', second: 'INITRD', expected: vm("['kernel']"), shows: /<kernel>/ },
  { field: 'initrd', first: 'INITRD', others: { kernel: 'KERNEL' }, expected: vm("['initrd']"), shows: /<initrd>/ },
  {
    field: 'cmdline',
    first: '"quiet a=<&\'b\'>"',
    second: 'quiet',
    others: { kernel: 'KERNEL' },
    expected: vm("['cmdline']"),
    shows: /<cmdline>quiet a=&lt;&amp;/,
  },
  {
    field: 'additional_disks',
    first: '[{ name: more, size: 4MiB }]',
    expected: vm("['additional_disks']['more']"),
    shows: /volume='demo-box\.more'/,
  },
  {
    field: 'additional_disks',
    title: 'the size of an additional disk',
    first: '[{ name: extra, size: 4MiB, format: raw }]',
    second: '[{ name: extra, size: 8MiB, format: raw }]',
    expected: ["volume.box.extra $['size'] in_place"],
  },
  {
    field: 'mounts',
    first: '["../../src:/src:ro"]',
    second: '["../../src:/src"]',
    expected: vm("['mounts']['/src']['mode']"),
    shows: /<target dir='\/src'\/>\s*<readonly\/>/,
  },
  {
    field: 'networks',
    first: '[user, { name: lab, mac_address: "52:54:00:AA:00:01" }]',
    second: '[{ name: lab, mac_address: "52:54:00:AA:00:01" }]',
    expected: vm("['networks']['user']"),
    shows: /<source network='lab'\/>/,
  },
  {
    field: 'networks',
    title: 'the address of a network card',
    first: '[{ name: user, mac_address: "52:54:00:aa:00:02" }]',
    second: '[{ name: user, mac_address: "52:54:00:aa:00:03" }]',
    expected: vm("['networks']['user']['mac_address']"),
  },
  {
    field: 'port_forwards',
    first: '["20022:22", "0.0.0.0:20053:53/udp"]',
    second: '["20022:23", "0.0.0.0:20053:53/udp"]',
    expected: vm("['port_forwards']['20022']['guest_port']"),
    shows: /hostfwd=udp:0\.0\.0\.0:20053-:53/,
  },
  { field: 'provision', first: '["echo one"]', second: '["echo two"]', expected: vm("['provision']") },
  { field: 'provision', title: 'provision, left out', first: '["echo one"]', expected: vm("['provision']") },
  {
    field: 'cloud_init',
    first: '{ user_data: "#cloud-config\\nhostname: a\\n", network_config: "version: 2\\n" }',
    second: '{ user_data: "#cloud-config\\nhostname: b\\n", network_config: "version: 2\\n" }',
    expected: vm("['cloud_init']['user_data']"),
    shows: /demo-box\.seed-/,
  },
  // Refused: nothing hands variables to a guest.
  { field: 'environment_variables', expected: NOT_COMPARED },
  { field: 'autostart', first: 'true', expected: vm("['autostart']") },
  // Its states are walked through where a machine is started.
  { field: 'run_state', expected: NOT_COMPARED },
  // Trueup's own: nothing of them is on the host.
  { field: 'apply_restart', first: 'on_change', expected: NOT_COMPARED },
  { field: 'ready', first: '{ serial: READY }', expected: NOT_COMPARED },
  {
    field: 'health_check',
    first: '{ test: [CMD, "true"] }',
    others: { ready: '{ guest_agent: true }' },
    expected: NOT_COMPARED,
  },
  { field: 'snapshots', first: 'before_change', expected: NOT_COMPARED },
  { field: 'on_failure', first: 'continue', expected: NOT_COMPARED },
  { field: 'drift', first: 'heal', expected: NOT_COMPARED },
  { field: 'stop_grace_period', first: '5s', second: '1m', expected: vm("['stop_grace_period']") },
  // Dependencies need somebody to depend on.
  { field: 'dependencies', expected: NOT_COMPARED },
  { field: 'labels', first: '{ team: "<core> & co" }', second: '{ team: other }', expected: vm("['labels']['team']") },
  {
    field: 'driver_options',
    first: `{ xml: ["<watchdog model='i6300esb' action='poweroff'/>", "<cpu mode='custom'><model>qemu64</model></cpu>"] }`,
    second: `{ xml: ["<watchdog model='i6300esb' action='poweroff'/>"] }`,
    expected: vm("['driver_options']['xml']"),
    shows: /<watchdog model='i6300esb' action='poweroff'/,
  },
  { field: 'protect', first: 'true', expected: vm("['protect']") },
  { field: 'deletion_policy', first: 'delete', expected: vm("['deletion_policy']") },
];
