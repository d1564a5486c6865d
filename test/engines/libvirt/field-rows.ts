/**
 * The fields of a machine, each with two values that are not the same, and with what somebody else may make of the first one. All
 * of them are declared at once: on the first machine, or, where they would be in the way of another row, on another one.
 */

/** Keys of machines. */
export type On = 'box' | 'crate' | 'tin';

/** What somebody does with libvirt's own tools, and the paths that differ then. */
export interface World {
  /** Of virsh, a line each. */
  readonly commands?: readonly string[];
  /** In the definition, as by `virsh edit`: what it has to match, and what takes its place. */
  readonly edits?: readonly (readonly [pattern: RegExp, replacement: string])[];
  readonly differs: readonly string[];
  /** What the definition shows no more once it is healed; what the row shows is there again in any case. */
  readonly leaves?: RegExp;
}

export interface FieldRow {
  readonly field: string;
  readonly on: On;
  /** Where there is more than one row of a field. */
  readonly title?: string;
  /** As YAML; absent where there is nothing to declare that libvirt would carry, with the reason beside it. */
  readonly first?: string;
  /** Absent: the field is left out. */
  readonly second?: string;
  /** What differs once it is edited: path and effect, of a disk with its address before. */
  readonly expected: readonly string[];
  /** What the definition has to match while it has the first value. */
  readonly shows?: RegExp;
  /** Absent: nobody can change it there, with the reason beside it. */
  readonly world?: World;
}

const NOT_COMPARED: readonly string[] = [];

// Machines that are off have no restart to wait for.
function inPlace(path: string): readonly string[] {
  return [`${path} in_place`];
}

/** The disk that cloud-init reads. */
const SEED = /<disk(?:(?!<\/disk>)[^])*\.seed-(?:(?!<\/disk>)[^])*<\/disk>/;

export const FIELD_ROWS: readonly FieldRow[] = [
  // Where it is, and what it is called: the core's own matter.
  { field: 'name', on: 'box', expected: NOT_COMPARED },
  { field: 'driver', on: 'box', expected: NOT_COMPARED },
  { field: 'engine', on: 'box', expected: NOT_COMPARED },
  // Another one is for another host.
  { field: 'arch', on: 'box', first: 'x86_64', expected: NOT_COMPARED, shows: /arch='x86_64'/ },
  {
    field: 'machine',
    on: 'box',
    first: 'q35',
    second: 'pc',
    expected: inPlace("$['machine']"),
    shows: /machine='pc-q35-[\d.]+'/,
  },
  {
    field: 'machine',
    on: 'crate',
    title: 'machine, left out',
    first: 'q35',
    expected: inPlace("$['machine']"),
    shows: /machine='pc-q35-[\d.]+'/,
    world: {
      // Places on one board are none on the other.
      edits: [
        [/machine='pc-q35-[\d.]+'/, "machine='pc'"],
        [/<address type='pci'[^>]*\/>/g, ''],
        [/<controller type='pci'[^]*?<\/controller>/g, ''],
        [/<controller type='pci'[^>]*\/>/g, ''],
      ],
      differs: ["$['machine']"],
    },
  },
  // Whether a guest runs under KVM is another matter: here it is only defined.
  {
    field: 'accelerator',
    on: 'box',
    first: 'tcg',
    second: 'kvm',
    expected: inPlace("$['accelerator']"),
    shows: /type='qemu'/,
    world: { edits: [[/<domain type='qemu'/, "<domain type='kvm'"]], differs: ["$['accelerator']"] },
  },
  {
    field: 'cpus',
    on: 'box',
    first: '3',
    second: '1',
    expected: inPlace("$['cpus']"),
    shows: />3<\/vcpu>/,
    world: {
      commands: ['setvcpus demo-box 2 --config', 'setvcpus demo-box 2 --config --maximum'],
      differs: ["$['cpus']"],
    },
  },
  {
    field: 'memory',
    on: 'box',
    first: '96MiB',
    second: '1.5GiB',
    expected: inPlace("$['memory']"),
    shows: /<memory unit='KiB'>98304</,
    world: {
      commands: ['setmaxmem demo-box 128MiB --config', 'setmem demo-box 128MiB --config'],
      differs: ["$['memory']"],
    },
  },
  {
    field: 'memory',
    on: 'crate',
    title: 'memory, of no whole MiB',
    first: '100000001',
    second: '112MiB',
    expected: inPlace("$['memory']"),
    shows: /<memory unit='KiB'>98304</,
  },
  {
    field: 'disk',
    on: 'box',
    first: '20MiB',
    second: '24MiB',
    expected: inPlace("volume.box.disk $['size']"),
    shows: /volume='demo-box\.disk'/,
    world: { commands: ['detach-disk demo-box vda --config'], differs: ["$['disk']"] },
  },
  // What is copied from it is never written.
  {
    field: 'image',
    on: 'crate',
    first: 'IMAGE',
    expected: inPlace("$['disk']"),
    shows: /volume='demo-crate\.disk'/,
  },
  {
    field: 'kernel',
    on: 'box',
    first: 'KERNEL',
    second: 'INITRD',
    expected: inPlace("$['kernel']"),
    shows: /<kernel>.*vmlinuz<\/kernel>/,
    world: { edits: [[/<kernel>.*<\/kernel>/, '<kernel>/boot/theirs</kernel>']], differs: ["$['kernel']"] },
  },
  {
    field: 'initrd',
    on: 'box',
    first: 'INITRD',
    expected: inPlace("$['initrd']"),
    shows: /<initrd>.*initrd<\/initrd>/,
    world: { edits: [[/<initrd>.*<\/initrd>/, '']], differs: ["$['initrd']"] },
  },
  {
    field: 'cmdline',
    on: 'box',
    first: '"quiet a=<&\'b\'>"',
    second: 'quiet',
    expected: inPlace("$['cmdline']"),
    shows: /<cmdline>quiet a=&lt;&amp;/,
    world: { edits: [[/<cmdline>.*<\/cmdline>/, '<cmdline>theirs</cmdline>']], differs: ["$['cmdline']"] },
  },
  {
    field: 'additional_disks',
    on: 'box',
    first: '[{ name: more, size: 4MiB }]',
    expected: inPlace("$['additional_disks']['more']"),
    shows: /volume='demo-box\.more'/,
    world: { commands: ['detach-disk demo-box vdb --config'], differs: ["$['additional_disks']['more']"] },
  },
  // One that somebody made larger is kept: another test's matter.
  {
    field: 'additional_disks',
    on: 'crate',
    title: 'the size of an additional disk',
    first: '[{ name: extra, size: 4MiB, format: raw }]',
    second: '[{ name: extra, size: 8MiB, format: raw }]',
    expected: inPlace("volume.crate.extra $['size']"),
  },
  {
    field: 'mounts',
    on: 'box',
    first: '["../../src:/src:ro"]',
    second: '["../../src:/src"]',
    expected: inPlace("$['mounts']['/src']['mode']"),
    shows: /<target dir='\/src'\/>\s*<readonly\/>/,
    world: { edits: [[/(<target dir='\/src'\/>\s*)<readonly\/>/, '$1']], differs: ["$['mounts']['/src']['mode']"] },
  },
  {
    field: 'networks',
    on: 'box',
    first: '[user, { name: lab, mac_address: "52:54:00:AA:00:01" }]',
    second: '[user]',
    expected: inPlace("$['networks']['lab']"),
    shows: /<source network='lab'\/>/,
    world: { commands: ['detach-interface demo-box network --config'], differs: ["$['networks']['lab']"] },
  },
  {
    field: 'networks',
    on: 'crate',
    title: 'the address of a network card',
    first: '[{ name: user, mac_address: "52:54:00:aa:00:02" }]',
    second: '[{ name: user, mac_address: "52:54:00:aa:00:03" }]',
    expected: inPlace("$['networks']['user']['mac_address']"),
    shows: /52:54:00:aa:00:02/,
    world: {
      edits: [[/52:54:00:aa:00:02/, '52:54:00:aa:00:04']],
      differs: ["$['networks']['user']['mac_address']"],
    },
  },
  {
    field: 'port_forwards',
    on: 'box',
    first: '["20022:22", "0.0.0.0:20053:53/udp"]',
    second: '["20022:23", "0.0.0.0:20053:53/udp"]',
    expected: inPlace("$['port_forwards']['20022']['guest_port']"),
    shows: /hostfwd=tcp:127\.0\.0\.1:20022-:22.*hostfwd=udp:0\.0\.0\.0:20053-:53/,
    world: { edits: [[/(:20022-):22/, '$1:24']], differs: ["$['port_forwards']['20022']['guest_port']"] },
  },
  {
    field: 'provision',
    on: 'box',
    first: '["echo one"]',
    second: '["echo two"]',
    expected: inPlace("$['provision']"),
  },
  {
    field: 'provision',
    on: 'crate',
    title: 'provision, left out',
    first: '["echo one"]',
    expected: inPlace("$['provision']"),
    shows: /demo-crate\.seed-/,
    world: { edits: [[SEED, '']], differs: ["$['provision']"] },
  },
  {
    field: 'cloud_init',
    on: 'box',
    first: '{ user_data: "#cloud-config\\nhostname: a\\n", network_config: "version: 2\\n" }',
    second: '{ user_data: "#cloud-config\\nhostname: b\\n", network_config: "version: 2\\n" }',
    expected: inPlace("$['cloud_init']['user_data']"),
    shows: /demo-box\.seed-/,
    world: { edits: [[SEED, '']], differs: ["$['cloud_init']", "$['provision']"] },
  },
  // Refused: nothing hands variables to a guest.
  { field: 'environment_variables', on: 'box', expected: NOT_COMPARED },
  {
    field: 'autostart',
    on: 'box',
    first: 'true',
    expected: inPlace("$['autostart']"),
    world: { commands: ['autostart demo-box --disable'], differs: ["$['autostart']"] },
  },
  // Its states are walked through where a machine is started.
  { field: 'run_state', on: 'box', expected: NOT_COMPARED },
  // Trueup's own: nothing of them is on the host.
  { field: 'apply_restart', on: 'crate', first: 'when_stopped', expected: NOT_COMPARED },
  {
    field: 'ready',
    on: 'crate',
    first: '{ serial: READY, guest_agent: true }',
    second: '{ guest_agent: true }',
    expected: NOT_COMPARED,
  },
  { field: 'health_check', on: 'crate', first: '{ test: [CMD, "true"] }', expected: NOT_COMPARED },
  { field: 'snapshots', on: 'box', first: 'before_change', expected: NOT_COMPARED },
  { field: 'on_failure', on: 'crate', first: 'continue', expected: NOT_COMPARED },
  { field: 'drift', on: 'crate', first: 'heal', expected: NOT_COMPARED },
  {
    field: 'stop_grace_period',
    on: 'box',
    first: '5s',
    second: '1m',
    expected: inPlace("$['stop_grace_period']"),
    world: { edits: [[/("stop_grace_period":)"5s"/, '$1"7s"']], differs: ["$['stop_grace_period']"] },
  },
  // Dependencies need somebody to depend on.
  { field: 'dependencies', on: 'box', expected: NOT_COMPARED },
  {
    field: 'labels',
    on: 'box',
    first: '{ team: "<core> & co" }',
    second: '{ team: other }',
    expected: inPlace("$['labels']['team']"),
    shows: /"team":"&lt;core&gt; &amp; co"/,
    world: { edits: [[/"team":"[^"]*"/, '"team":"theirs"']], differs: ["$['labels']['team']"] },
  },
  {
    field: 'driver_options',
    on: 'box',
    first: `{ xml: ["<watchdog model='i6300esb' action='poweroff'/>", "<cpu mode='custom'><model>qemu64</model></cpu>"] }`,
    second: `{ xml: ["<watchdog model='i6300esb' action='poweroff'/>"] }`,
    expected: inPlace("$['driver_options']['xml']"),
    shows: /<watchdog model='i6300esb' action='poweroff'/,
    world: {
      edits: [[/(<watchdog model='i6300esb' action=)'poweroff'/, "$1'reset'"]],
      differs: ["$['driver_options']['xml']"],
    },
  },
  {
    field: 'protect',
    on: 'tin',
    first: 'true',
    expected: inPlace("$['protect']"),
    world: { edits: [[/("protect":)true/, '$1false']], differs: ["$['protect']"] },
  },
  {
    field: 'deletion_policy',
    on: 'tin',
    first: 'delete',
    expected: inPlace("$['deletion_policy']"),
    world: { edits: [[/("deletion_policy":)"delete"/, '$1"retain"']], differs: ["$['deletion_policy']"] },
  },
];

/** What a manifest has no word for, and somebody adds: a way into the machine, and room for more in it. */
export const UNDECLARED: readonly (World & { readonly on: On })[] = [
  {
    on: 'crate',
    edits: [[/<\/devices>/, "<graphics type='vnc' port='-1' autoport='yes'/></devices>"]],
    differs: ["$['others']['graphics']"],
    leaves: /<graphics/,
  },
  {
    on: 'crate',
    commands: ['setmaxmem demo-crate 200MiB --config'],
    differs: ["$['maximum']['memory']"],
    leaves: /<memory unit='KiB'>204800</,
  },
];
