/** The fields of a machine, each with two values that are not the same. */

export interface FieldRow {
  readonly field: string;
  /** Where there is more than one row of a field. */
  readonly title?: string;
  /** As YAML; absent where there is nothing to declare that Lima would carry, with the reason beside it. */
  readonly first?: string;
  /** Absent: the field is left out. */
  readonly second?: string;
  /** What has to be declared along. */
  readonly others?: Readonly<Record<string, string>>;
  /** What differs once it is edited: address, path and effect. */
  readonly expected: readonly string[];
  /** What Lima's own list has to match while it has the first value. */
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
  { field: 'arch', first: 'x86_64', expected: NOT_COMPARED, shows: /"arch":"x86_64"/ },
  {
    field: 'arch',
    title: 'arch, of another kind',
    first: 'x86_64',
    second: 'aarch64',
    expected: vm("['arch']", 'replace'),
  },
  // Refused: Lima chooses the board.
  { field: 'machine', expected: NOT_COMPARED },
  { field: 'accelerator', first: 'tcg', second: 'kvm', expected: vm("['accelerator']") },
  { field: 'cpus', first: '3', second: '1', expected: vm("['cpus']"), shows: /"cpus":3\b/ },
  { field: 'memory', first: '96MiB', second: '1.5GiB', expected: vm("['memory']"), shows: /"memory":100663296\b/ },
  { field: 'memory', title: 'memory, in odd bytes', first: '100000001', second: '96MiB', expected: vm("['memory']") },
  { field: 'disk', first: '20MiB', second: '24MiB', expected: vm("['disk']"), shows: /"disk":20971520\b/ },
  { field: 'disk', title: 'disk, smaller', first: '24MiB', second: '20MiB', expected: vm("['disk']", 'replace') },
  { field: 'disk', title: 'disk, left out', first: '20MiB', expected: vm("['disk']") },
  { field: 'image', first: 'IMAGE', second: 'INITRD', expected: vm("['image']['location']", 'replace') },
  { field: 'kernel', first: 'KERNEL', second: 'INITRD', expected: vm("['kernel']", 'replace'), shows: /"kernel":\{/ },
  { field: 'initrd', first: 'INITRD', others: { kernel: 'KERNEL' }, expected: vm("['initrd']", 'replace') },
  {
    field: 'cmdline',
    first: '"quiet a={{b}}"',
    second: 'quiet',
    others: { kernel: 'KERNEL' },
    expected: vm("['cmdline']", 'replace'),
  },
  {
    field: 'additional_disks',
    first: '[{ name: more, size: 4MiB }]',
    expected: vm("['additional_disks']['more']"),
    shows: /"name":"demo-box\.more"/,
  },
  {
    field: 'additional_disks',
    title: 'the size of an additional disk',
    first: '[{ name: extra, size: 4MiB }]',
    second: '[{ name: extra, size: 8MiB }]',
    expected: ["volume.box.extra $['size'] in_place"],
  },
  {
    field: 'mounts',
    first: '["../../src:/src:ro"]',
    second: '["../../src:/src"]',
    expected: vm("['mounts']['/src']['mode']"),
    shows: /"mountPoint":"\/src"/,
  },
  {
    field: 'networks',
    first: '[user, { name: user-v2, mac_address: "52:54:00:AA:00:01" }]',
    second: '[user]',
    expected: vm("['networks']['user-v2']"),
    shows: /"lima":"user-v2"/,
  },
  {
    field: 'port_forwards',
    first: '["20022:80", "0.0.0.0:20053:53"]',
    second: '["20022:81", "0.0.0.0:20053:53"]',
    expected: vm("['port_forwards']['20022']['guest_port']"),
    shows: /"guestPort":53\b/,
  },
  {
    field: 'provision',
    first: '["echo {{one}}", { mode: user, script: "#!/bin/bash\\necho" }]',
    second: '["echo two"]',
    expected: vm("['provision']"),
  },
  { field: 'provision', title: 'provision, left out', first: '["echo one"]', expected: vm("['provision']") },
  // Refused: Lima tells cloud-init its own.
  { field: 'cloud_init', expected: NOT_COMPARED },
  {
    field: 'environment_variables',
    first: '{ ONE: "{{1}}", TWO: { secret: true, source: inline, value: hush } }',
    second: '{ ONE: "{{1}}", TWO: { secret: true, source: inline, value: other } }',
    expected: vm("['environment_variables']['TWO']"),
    shows: /"ONE":"\{\{1\}\}"/,
  },
  // Refused for now: Lima's own command says what starts at login.
  { field: 'autostart', expected: NOT_COMPARED },
  // Its states are walked through where a machine is started.
  { field: 'run_state', expected: NOT_COMPARED },
  // Trueup's own: nothing of them is in Lima.
  { field: 'apply_restart', first: 'on_change', expected: NOT_COMPARED },
  { field: 'ready', first: '{ serial: READY, ssh: {} }', expected: NOT_COMPARED },
  { field: 'health_check', first: '{ test: [CMD, "true"] }', expected: NOT_COMPARED },
  { field: 'snapshots', first: 'never', expected: NOT_COMPARED },
  { field: 'on_failure', first: 'continue', expected: NOT_COMPARED },
  { field: 'drift', first: 'heal', expected: NOT_COMPARED },
  { field: 'stop_grace_period', first: '5s', second: '1m', expected: vm("['stop_grace_period']") },
  // Dependencies need somebody to depend on.
  { field: 'dependencies', expected: NOT_COMPARED },
  { field: 'labels', first: '{ team: "<core> & co" }', second: '{ team: other }', expected: vm("['labels']['team']") },
  {
    field: 'driver_options',
    first: '{ message: one, video: { vnc: { display: "127.0.0.1:7" } }, copyToHost: [{ guest: /a, host: /tmp/a }] }',
    second: '{ message: two, video: { vnc: { display: "127.0.0.1:7" } }, copyToHost: [{ guest: /a, host: /tmp/a }] }',
    expected: vm("['driver_options']['message']"),
    shows: /"message":"one"/,
  },
  {
    field: 'driver_options',
    title: 'driver_options, left out',
    first: '{ timezone: Europe/Berlin }',
    expected: vm("['driver_options']['timezone']"),
  },
  {
    field: 'driver_options',
    title: 'driver_options, left out where they say what Lima would',
    first: '{ vmType: qemu, ssh: { localPort: 0 }, upgradePackages: false }',
    expected: NOT_COMPARED,
  },
  {
    field: 'driver_options',
    title: 'driver_options that are fixed',
    first: '{ plain: true, user: { name: joe } }',
    second: '{ plain: true, user: { name: jane } }',
    expected: vm("['driver_options']['user']['name']", 'replace'),
  },
  { field: 'protect', first: 'true', expected: vm("['protect']") },
  { field: 'deletion_policy', first: 'delete', expected: vm("['deletion_policy']") },
];
