/** Made from schemas/environment.json by `npm run generate`: change that file, not this one. */

export type Key = string;
export type PhysicalName = string;
export type Address = string;
/**
 * Such as `10s`, `1m30s` or `500ms`. A bare number is milliseconds.
 */
export type Duration = string | number;
/**
 * Such as `256MiB` or `1.5GiB`. Units are powers of 1024; a bare number is bytes.
 */
export type Size = string | number;
/**
 * A number of processors, such as 0.5.
 */
export type Cpus = number | string;
export type StopSignal =
  | 'SIGABRT'
  | 'SIGALRM'
  | 'SIGCONT'
  | 'SIGHUP'
  | 'SIGINT'
  | 'SIGKILL'
  | 'SIGPIPE'
  | 'SIGPWR'
  | 'SIGQUIT'
  | 'SIGRTMIN+3'
  | 'SIGTERM'
  | 'SIGUSR1'
  | 'SIGUSR2'
  | 'SIGWINCH';
/**
 * When the engine starts it again by itself.
 */
export type Restart = string;
/**
 * A list of words, or one string that is split into words as a shell splits it. No shell runs it.
 */
export type Command = string[] | string;
/**
 * Text, a number, a boolean, or a secret.
 */
export type VariableValue =
  | string
  | number
  | boolean
  | {
      /**
       * Always true.
       */
      secret: true;
      /**
       * What the value is: the secret itself, the path of a file that holds it, or a command that prints it.
       */
      source?: 'inline' | 'file' | 'command';
      /**
       * The secret, a path relative to this file, or a command.
       */
      value: string | string[];
    };
/**
 * A map, or a list of NAME=value.
 */
export type EnvironmentVariables =
  | {
      [k: string]: VariableValue;
    }
  | string[];
/**
 * A map, or a list of name=value.
 */
export type Labels =
  | {
      [k: string]: string | number | boolean;
    }
  | string[];
/**
 * Never removed or replaced.
 */
export type Protect = boolean;
/**
 * Made by somebody else: checked for, never made, changed or removed.
 */
export type External = boolean;
/**
 * The name of the engine that runs it.
 */
export type EngineName = string;
/**
 * What watch and the daemon do where the world changed it. Default: the environment's policy.
 */
export type DriftPolicy = 'heal' | 'report' | 'ignore';
export type Hooks = Hook[];
/**
 * `8080`, `8080:80`, `127.0.0.1:8080:80/udp`, equally long ranges, or the long form. One number is the container's port, and for a process the host's too.
 */
export type Port =
  | string
  | number
  | {
      /**
       * Default: one that the engine chooses; for a process the same as container_port.
       */
      host_port?: number;
      /**
       * Default for a process: the same as host_port.
       */
      container_port?: number;
      /**
       * The transport.
       */
      protocol?: 'tcp' | 'udp';
      /**
       * The address that the port is published on. Default: all.
       */
      host_ip?: string;
    };
/**
 * `data:/path`, `data:/path:ro`, `./file:/path:ro`, or the long form. A process needs no container path: `data`, `./file`.
 */
export type Mount =
  | string
  | {
      /**
       * Default: `bind` where host_path is given, else `volume`.
       */
      type?: 'volume' | 'bind';
      /**
       * The key of a declared volume.
       */
      volume?: string;
      /**
       * A path on the host, relative to this file.
       */
      host_path?: string;
      /**
       * An absolute path in the container. A process needs none.
       */
      container_path?: string;
      /**
       * Whether it can be written to.
       */
      mode?: 'rw' | 'ro';
      /**
       * What a change of the file's content does to the service. Read-only regular files are compared in any case.
       */
      watch_content?: string;
    };
/**
 * `/path`, `/path:size=64m,mode=1777`, or the long form.
 */
export type Tmpfs =
  | string
  | {
      /**
       * An absolute path in the container.
       */
      container_path: string;
      /**
       * At most so much. Default: no limit.
       */
      size?: Size;
      /**
       * File mode in octal, as text.
       */
      mode?: string;
    };
/**
 * What must be there first: service keys or addresses, as a list or as a map.
 */
export type Dependencies =
  | string[]
  | {
      [k: string]: Dependency;
    };
/**
 * What the first disk begins as: a location, or the long form. It is never written to.
 */
export type VmImage =
  | string
  | {
      /**
       * A file, relative to this file, or an http(s):// address.
       */
      location: string;
      /**
       * What its content must come to.
       */
      digest?: string;
    };
/**
 * `./folder:/path`, `./folder:/path:ro`, or the long form.
 */
export type VmMount =
  | string
  | {
      /**
       * A folder of the host, relative to this file.
       */
      host_path: string;
      /**
       * An absolute path in the guest.
       */
      guest_path: string;
      /**
       * Whether the guest can write to it.
       */
      mode?: 'rw' | 'ro';
    };
/**
 * A name, or the long form.
 */
export type VmNetwork =
  | string
  | {
      /**
       * The engine's name of the network, or `user`.
       */
      name: string;
      /**
       * Default: one that the engine chooses.
       */
      mac_address?: string;
    };
/**
 * `2222:22`, `0.0.0.0:8080:80/tcp`, or the long form.
 */
export type PortForward =
  | string
  | {
      /**
       * The port of the host.
       */
      host_port: number;
      /**
       * The port of the guest.
       */
      guest_port: number;
      /**
       * The transport.
       */
      protocol?: 'tcp' | 'udp';
      /**
       * The address of the host that is listened on.
       */
      host_ip?: string;
    };
/**
 * The lines of a script, or the long form.
 */
export type Provision =
  | string
  | {
      /**
       * As whom it runs: the guest's administrator, or its user.
       */
      mode?: 'system' | 'user';
      /**
       * A script with its `#!` line, or lines for a shell.
       */
      script: string;
    };
/**
 * `before_change`, or the long form.
 */
export type SnapshotPolicy =
  | string
  | {
      /**
       * `before_change` takes one before each change that could harm the disks.
       */
      when?: 'never' | 'before_change';
      /**
       * So many that trueup took by itself are kept.
       */
      keep?: number;
    };
/**
 * A number, or the long form.
 */
export type NodeGroup =
  | number
  | {
      /**
       * How many there are. Default: 1 for the control plane, no workers.
       */
      count?: number;
      /**
       * Labels of each node.
       */
      labels?: {
        [k: string]: string;
      };
      /**
       * Taints of each node: `key=value:Effect`, or `key:Effect`.
       */
      taints?: string[];
    };
/**
 * `8080:30080`, `0.0.0.0:8080:30080/tcp`, or the long form.
 */
export type PortMapping =
  | string
  | {
      /**
       * The port of the host.
       */
      host_port: number;
      /**
       * The port of the node.
       */
      node_port: number;
      /**
       * The transport.
       */
      protocol?: 'tcp' | 'udp';
      /**
       * The address of the host that is listened on.
       */
      host_ip?: string;
    };
/**
 * `./folder:/path`, `./folder:/path:ro`, or the long form.
 */
export type NodeMount =
  | string
  | {
      /**
       * A folder or file of the host, relative to this file.
       */
      host_path: string;
      /**
       * An absolute path in the node.
       */
      node_path: string;
      /**
       * Whether the node can write to it.
       */
      mode?: 'rw' | 'ro';
    };

/**
 * One file of an environment of trueup. All *.yaml files of the folder are read as one.
 */
export interface Environment {
  /**
   * Names this schema, for editors. Has no other effect.
   */
  $schema?: string;
  /**
   * The name of the environment. It is the name of its folder, which is also the default.
   */
  name?: Key;
  /**
   * What the environment is for.
   */
  type?: 'local' | 'staging' | 'production';
  /**
   * The prefix of physical names, unique on each engine. Default: the name of the environment.
   */
  project?: Key;
  /**
   * The folder of another environment, relative to this file. This environment is a JSON Merge Patch (RFC 7396) over it: maps are merged, lists are replaced, null removes.
   */
  extends?: string;
  /**
   * A base that is only extended, and never planned or applied by itself.
   */
  abstract?: boolean;
  /**
   * Compose files that join in as they are.
   */
  compose?: string[];
  /**
   * Makes the warnings about what comes from Compose files errors.
   */
  strict?: boolean;
  /**
   * Engines by name. `docker` and `process` exist without being declared.
   */
  engines?: {
    [k: string]: Engine;
  };
  /**
   * Values for ${…} in this environment. They may themselves contain ${…}.
   */
  variables?: {
    [k: string]: VariableValue;
  };
  /**
   * Environment variables of every service. A service's own come over them.
   */
  environment_variables?: EnvironmentVariables;
  /**
   * Services by key.
   */
  services?: {
    [k: string]: Service;
  };
  /**
   * Volumes by key. A key without a value is a volume with all defaults.
   */
  volumes?: {
    [k: string]: Volume;
  };
  /**
   * Networks by key. A key without a value is a network with all defaults.
   */
  networks?: {
    [k: string]: Network;
  };
  /**
   * Virtual machines by key.
   */
  vms?: {
    [k: string]: Vm;
  };
  /**
   * Development clusters by key.
   */
  clusters?: {
    [k: string]: Cluster;
  };
  /**
   * What trueup may do by itself.
   */
  policies?: Policies;
  /**
   * New addresses for the same things: what has the old address is renamed, and keeps its data.
   */
  moved?: Moved[];
  /**
   * Fields whose differences count neither as change nor as drift.
   */
  ignore_differences?: IgnoreRule[];
}
/**
 * A value that is never printed, stored or reported.
 */
export interface Secret {
  /**
   * Always true.
   */
  secret: true;
  /**
   * What the value is: the secret itself, the path of a file that holds it, or a command that prints it.
   */
  source?: 'inline' | 'file' | 'command';
  /**
   * The secret, a path relative to this file, or a command.
   */
  value: string | string[];
}
/**
 * Options that only the driver understands.
 */
export interface DriverOpts {
  [k: string]: string | number | boolean;
}
/**
 * Claims an object that exists without trueup's labels: it is compared as it is, and `trueup apply --adopt` takes it over.
 */
export interface Adopted {
  /**
   * The name of the object, which is then the physical name.
   */
  name: PhysicalName;
}
/**
 * What runs resources. Besides `driver` it takes what the driver defines.
 */
export interface Engine {
  /**
   * The kind of engine. Default for `docker` and `process`: the name of the engine.
   */
  driver?: 'docker' | 'process' | 'libvirt' | 'lima' | 'kwok' | 'kind';
  /**
   * Where an engine of driver docker listens, or the one that the nodes of driver kind run on: unix://, tcp:// or ssh://.
   */
  host?: string;
  /**
   * The context of the docker command that says where an engine of driver docker listens, or the one that the nodes of driver kind run on.
   */
  context?: string;
  /**
   * The declared virtual machine that an engine of driver docker runs in: its key.
   */
  vm?: Key;
  /**
   * With `vm`: the socket in the machine on which the engine listens. Default: `/var/run/docker.sock`.
   */
  socket?: string;
  /**
   * With `vm`: the TCP port in the machine on which the engine listens, in place of a socket.
   */
  port?: number;
  /**
   * The connection of an engine of driver libvirt, such as `qemu:///system`. Default: `qemu:///system` for root, else `qemu:///session`.
   */
  uri?: string;
  /**
   * The storage pool in which an engine of driver libvirt keeps disks.
   */
  pool?: string;
  /**
   * The folder of an engine of driver lima. Default: the command's own.
   */
  home?: string;
  /**
   * The declared engine on which the nodes of an engine of driver kind run, in place of `host` or `context`. Default: the one that the docker command takes by itself.
   */
  engine?: string;
}
export interface Policies {
  /**
   * What watch and the daemon do about differences that the world caused: `heal` carries out what is declared, `report` leaves them and says so, `ignore` leaves them and counts them as no drift.
   */
  drift?: 'heal' | 'report' | 'ignore';
  /**
   * What becomes of a run when a step fails: `stop` begins no further change, `rollback` also brings back what was there before, `continue` goes on with what does not depend on it.
   */
  on_failure?: 'stop' | 'rollback' | 'continue';
  /**
   * How much goes back with `on_failure: rollback`: the `service` that failed, or all of the `environment` that the run changed.
   */
  rollback?: 'service' | 'environment';
  /**
   * Whether what is no longer declared is removed.
   */
  prune?: boolean;
}
export interface Moved {
  /**
   * The address until now.
   */
  from: Address;
  /**
   * The address from now on.
   */
  to: Address;
}
export interface IgnoreRule {
  /**
   * Whose difference it is.
   */
  address: Address;
  /**
   * The field, and all below it, as an RFC 9535 path such as `$.labels.build`.
   */
  field_path: string;
  /**
   * Why, for people.
   */
  reason: string;
  /**
   * The last day on which the rule holds.
   */
  until?: string;
}
/**
 * Something that runs: a container or a local process.
 */
export interface Service {
  /**
   * The physical name. Default: <project>-<key>-1.
   */
  name?: PhysicalName;
  /**
   * What kind of service it is. `infrastructure` needs a health_check.
   */
  type?: 'infrastructure' | 'application' | 'monitoring';
  /**
   * What it does in the environment, for people.
   */
  role?: string;
  /**
   * The name of the engine that runs it. Default: `process` for a process, else `docker`.
   */
  engine?: EngineName;
  container?: Container;
  process?: Process;
  /**
   * `always` keeps it running; `once` runs it to its end, again only when it changed or failed.
   */
  run?: 'always' | 'once';
  networking?: Networking;
  storage?: Storage;
  health_check?: HealthCheck;
  dependencies?: Dependencies;
  resource_limits?: ResourceLimits;
  environment_variables?: EnvironmentVariables;
  labels?: Labels;
  /**
   * Commands that are run in it, one after the other, once it was started.
   */
  post_start?: Hooks;
  /**
   * Commands that are run in it, one after the other, before it is stopped.
   */
  pre_stop?: Hooks;
  /**
   * The service takes part only when one of these profiles is asked for.
   */
  profiles?: Key[];
  protect?: Protect;
  /**
   * Whether removing it may destroy data that only it holds.
   */
  deletion_policy?: 'retain' | 'delete';
  /**
   * What becomes of a run when a change of this service fails. Default: the environment's policy.
   */
  on_failure?: 'stop' | 'rollback' | 'continue';
  drift?: DriftPolicy;
  adopted?: Adopted;
}
/**
 * A service that runs in a container.
 */
export interface Container {
  /**
   * The image, with a tag or a digest.
   */
  image?: string;
  /**
   * How the image is built.
   */
  build?: {} | string;
  /**
   * Such as linux/amd64. Default: the engine's own.
   */
  platform?: string;
  /**
   * Replaces the image's entrypoint. Default: the image's.
   */
  entrypoint?: Command;
  /**
   * Replaces the image's command. Default: the image's.
   */
  command?: Command;
  /**
   * A name or id, with `:group` if need be. Default: the image's.
   */
  user?: string | number;
  /**
   * An absolute path in the container. Default: the image's.
   */
  working_dir?: string;
  /**
   * Runs an init process that reaps children.
   */
  init?: boolean;
  restart?: Restart;
  /**
   * When the image is fetched from its registry.
   */
  pull_policy?: 'always' | 'missing' | 'never';
  /**
   * The first signal of a stop. Default: the image's.
   */
  stop_signal?: StopSignal;
  /**
   * How long a stop waits before it uses force.
   */
  stop_grace_period?: Duration;
}
/**
 * A command that is run in a service as its own command runs, at least once.
 */
export interface Hook {
  /**
   * The command.
   */
  command: Command;
  /**
   * A name or id, with `:group` if need be. Default: the service's.
   */
  user?: string | number;
  /**
   * Gives the command all rights that the engine can give.
   */
  privileged?: boolean;
  /**
   * Where the command runs; a path that is not absolute is relative to that of the service. Default: the service's.
   */
  working_dir?: string;
  /**
   * Environment variables beside those of the service.
   */
  environment?: EnvironmentVariables;
}
/**
 * A service that runs as a local process.
 */
export interface Process {
  /**
   * The program and its arguments.
   */
  command: Command;
  /**
   * Relative to this file. Default: the folder of the file that names the command.
   */
  cwd?: string;
  restart?: Restart;
  /**
   * The first signal of a stop.
   */
  stop_signal?: StopSignal;
  /**
   * How long a stop waits before it uses force.
   */
  stop_grace_period?: Duration;
}
export interface Networking {
  /**
   * The host name inside the container.
   */
  hostname?: string;
  /**
   * Published ports. Each has the key <host_port>/<protocol>, with <host_ip>: in front where one is given.
   */
  ports?: Port[];
  /**
   * The networks that a container joins: names, or a map by name. Default: the network `default`.
   */
  networks?:
    | string[]
    | {
        [k: string]: Attachment;
      };
}
export interface Attachment {
  /**
   * More names on this network. The key of the service is always one.
   */
  aliases?: string[];
  /**
   * A fixed address.
   */
  ipv4_address?: string;
  /**
   * A fixed address.
   */
  ipv6_address?: string;
}
export interface Storage {
  /**
   * Mounted volumes and host paths. Each has its container path for a key, else the key of the volume, else the host path.
   */
  volumes?: Mount[];
  /**
   * Paths in the container that live in memory.
   */
  tmpfs?: Tmpfs[] | string;
}
/**
 * How it is known that the service does its work. `test` or `endpoints` is required.
 */
export interface HealthCheck {
  /**
   * Runs inside the container, or beside the process: [CMD, program, …], [CMD-SHELL, line], a string for the latter, or [NONE].
   *
   * @minItems 1
   */
  test?: string[] | string;
  /**
   * Asked from where trueup runs. All must answer as expected.
   *
   * @minItems 1
   */
  endpoints?: Endpoint[];
  expected_response?: ExpectedResponse;
  /**
   * Time between checks. At least the timeout.
   */
  interval?: Duration;
  /**
   * The longest that one check may take. Default: 30s, or the interval where that is shorter.
   */
  timeout?: Duration;
  /**
   * So many failures in a row mean unhealthy.
   */
  retries?: number;
  /**
   * Failures this long after the start do not count.
   */
  start_period?: Duration;
  /**
   * Time between the engine's own checks during the start period. Default: the engine's.
   */
  start_interval?: Duration;
}
export interface Endpoint {
  /**
   * The whole URL.
   */
  url: string;
  /**
   * The HTTP method.
   */
  method?: 'GET' | 'POST' | 'HEAD';
  /**
   * Default: the expected_response's status_code, else 200.
   */
  expected_status?: number;
  /**
   * In milliseconds.
   */
  timeout_ms?: number;
}
/**
 * What the answers of the endpoints must look like.
 */
export interface ExpectedResponse {
  /**
   * The status of the answer.
   */
  status_code?: number;
  /**
   * A regular expression that the body must match.
   */
  body_pattern?: string;
  /**
   * <singular query> <operator> <JSON literal>, such as `$.status == 'ok'`, or a bare query: that it exists.
   */
  json_path?: string;
}
export interface Dependency {
  /**
   * What the dependency must have reached.
   */
  condition?: 'service_started' | 'service_healthy' | 'service_completed_successfully';
  /**
   * This service is restarted whenever the dependency is restarted or replaced.
   */
  restart?: boolean;
  /**
   * Whether a failure of the dependency holds this service back.
   */
  criticality?: 'required' | 'optional';
}
export interface ResourceLimits {
  /**
   * At most so many processors. Default: no limit.
   */
  cpu_limit?: Cpus;
  /**
   * At most so much. Default: no limit.
   */
  memory_limit?: Size;
  /**
   * At least so many processors.
   */
  cpu_reservation?: Cpus;
  /**
   * At least so much.
   */
  memory_reservation?: Size;
}
/**
 * Data that outlives the services that use it.
 */
export interface Volume {
  /**
   * The physical name. Default: <project>_<key>, or the key of something external.
   */
  name?: PhysicalName;
  /**
   * What kind of volume it is.
   */
  type?: 'named_volume' | 'bind_mount' | 'tmpfs';
  /**
   * The name of the engine that holds it. Default: the engine of the services that use it, else `docker`.
   */
  engine?: EngineName;
  /**
   * The engine's volume driver.
   */
  driver?: string;
  driver_opts?: DriverOpts;
  labels?: Labels;
  metadata?: VolumeMetadata;
  external?: External;
  protect?: Protect;
  /**
   * Whether removing or replacing it may destroy its data.
   */
  deletion_policy?: 'retain' | 'delete';
  drift?: DriftPolicy;
  adopted?: Adopted;
}
/**
 * What the data is, and whether it is backed up.
 */
export interface VolumeMetadata {
  /**
   * What the data is.
   */
  purpose?: string;
  /**
   * How large it is expected to become.
   */
  size_estimate_gb?: number;
  /**
   * Whether a snapshot of its data is taken before a step that could harm it.
   */
  backup_enabled?: boolean;
  /**
   * How many snapshots are kept; the oldest go.
   */
  backups_kept?: number;
}
/**
 * A network between containers.
 */
export interface Network {
  /**
   * The physical name. Default: <project>_<key>, or the key of something external.
   */
  name?: PhysicalName;
  /**
   * The name of the engine that holds it. Default: the engine of the services that use it, else `docker`.
   */
  engine?: EngineName;
  /**
   * The engine's network driver.
   */
  driver?: string;
  driver_opts?: DriverOpts;
  /**
   * Without a way out.
   */
  internal?: boolean;
  /**
   * Containers of others may join.
   */
  attachable?: boolean;
  ipam?: Ipam;
  labels?: Labels;
  external?: External;
  protect?: Protect;
  /**
   * A network holds no data.
   */
  deletion_policy?: 'retain' | 'delete';
  drift?: DriftPolicy;
  adopted?: Adopted;
}
export interface Ipam {
  /**
   * What hands out addresses.
   */
  driver?: string;
  /**
   * Default: one that the engine chooses.
   */
  config?: Subnet[];
}
export interface Subnet {
  /**
   * The subnet in CIDR notation.
   */
  subnet: string;
  /**
   * Default: one that the engine chooses.
   */
  gateway?: string;
  /**
   * Addresses are taken from this part of the subnet.
   */
  ip_range?: string;
}
/**
 * A virtual machine, with its disks.
 */
export interface Vm {
  /**
   * The physical name. Default: <project>-<key>.
   */
  name?: PhysicalName;
  /**
   * The kind of engine that runs it, with its defaults. Leave it out where `engine` names one.
   */
  driver?: 'libvirt' | 'lima';
  engine?: EngineName;
  /**
   * The processor of the machine. Default: the host's.
   */
  arch?: 'x86_64' | 'aarch64' | 'armv7l' | 'riscv64' | 'ppc64le' | 's390x';
  /**
   * The board that is emulated, such as `q35`. Default: the engine's.
   */
  machine?: string;
  /**
   * `kvm` runs the guest on the processor itself, `tcg` emulates it. `auto` takes KVM only where a guest has booted under it.
   */
  accelerator?: 'auto' | 'kvm' | 'tcg';
  /**
   * How many processors it has.
   */
  cpus?: number;
  /**
   * How much memory it has.
   */
  memory?: Size;
  /**
   * How large its disk is. It can grow, and never shrink. Default: the image's own size.
   */
  disk?: Size;
  image?: VmImage;
  /**
   * A kernel that is booted directly: a path relative to this file.
   */
  kernel?: string;
  /**
   * What the kernel is started with: a path relative to this file.
   */
  initrd?: string;
  /**
   * The command line of the kernel.
   */
  cmdline?: string;
  /**
   * Further disks. Each outlives the machine.
   */
  additional_disks?: VmDisk[];
  /**
   * Folders of the host in the guest.
   */
  mounts?: VmMount[];
  /**
   * The engine's networks that it joins. `user` is a network of its own behind the host's, without rights of an administrator.
   */
  networks?: VmNetwork[];
  /**
   * Ports of the host that lead into the guest.
   */
  port_forwards?: PortForward[];
  /**
   * Scripts that make the guest what it is. They may run at every start, so each must be repeatable.
   */
  provision?: Provision[];
  cloud_init?: CloudInit;
  environment_variables?: EnvironmentVariables;
  /**
   * Whether the engine starts it together with the host.
   */
  autostart?: boolean;
  /**
   * What it is to be: running, off, or suspended to disk.
   */
  run_state?: 'running' | 'stopped' | 'suspended';
  /**
   * What becomes of a change that waits for a restart: `on_change` restarts the machine, `when_stopped` lets it wait.
   */
  apply_restart?: 'on_change' | 'when_stopped';
  /**
   * How long it may take to shut down before it is switched off.
   */
  stop_grace_period?: Duration;
  ready?: VmReady;
  health_check?: HealthCheck;
  snapshots?: SnapshotPolicy;
  dependencies?: Dependencies;
  labels?: Labels;
  /**
   * What only the driver understands, compared as it is given.
   */
  driver_options?: {
    [k: string]: unknown;
  };
  protect?: Protect;
  /**
   * Whether removing or replacing it may destroy its disks.
   */
  deletion_policy?: 'retain' | 'delete';
  /**
   * What becomes of a run when a change of this machine fails. Default: the environment's policy.
   */
  on_failure?: 'stop' | 'rollback' | 'continue';
  drift?: DriftPolicy;
}
export interface VmDisk {
  name: Key;
  /**
   * How large it is. It can grow, and never shrink.
   */
  size: Size;
  /**
   * How it is stored.
   */
  format?: 'qcow2' | 'raw';
}
/**
 * What the guest is told at its first start.
 */
export interface CloudInit {
  /**
   * What cloud-init does in the guest, as it reads it: it begins with `#cloud-config` or `#!`.
   */
  user_data?: string;
  /**
   * YAML. Default: an instance id and the host name, both the physical name.
   */
  meta_data?: string;
  /**
   * YAML, version 1 or 2. Default: none.
   */
  network_config?: string;
}
/**
 * How it is known that it has booted and can be reached. What is not declared is not waited for.
 */
export interface VmReady {
  /**
   * A regular expression that a line on the serial console matches once it has booted.
   */
  serial?: string;
  /**
   * Whether the guest agent has to answer.
   */
  guest_agent?: boolean;
  /**
   * Whether cloud-init has to be done.
   */
  cloud_init?: boolean;
  ssh?: SSH;
  /**
   * Ports of the guest that must accept connections.
   */
  ports?: number[];
  /**
   * How long it may take from the start until it is ready.
   */
  timeout?: Duration;
}
/**
 * Whether somebody can log in.
 */
export interface SSH {
  /**
   * Who logs in. Default: the engine's own user.
   */
  user?: string;
  /**
   * The file of the private key, relative to this file.
   */
  key?: string;
  /**
   * The port of the guest.
   */
  port?: number;
}
/**
 * A Kubernetes cluster for development.
 */
export interface Cluster {
  /**
   * The physical name. Default: <project>-<key>.
   */
  name?: PhysicalName;
  /**
   * The kind of engine that runs it, with its defaults. Leave it out where `engine` names one.
   */
  driver?: 'kwok' | 'kind';
  engine?: EngineName;
  /**
   * Such as `v1.36` or `v1.36.3`. Default: the engine's own.
   */
  kubernetes_version?: string;
  nodes?: ClusterNodes;
  /**
   * Ports of the host that lead to a port of the first control plane node.
   */
  port_mappings?: PortMapping[];
  /**
   * Folders of the host in every node.
   */
  mounts?: NodeMount[];
  /**
   * By registry, where its images are fetched from instead.
   */
  registry_mirrors?: {
    /**
     * @minItems 1
     */
    [k: string]: string[];
  };
  /**
   * The addresses of pods. Default: the engine's.
   */
  pod_subnet?: string;
  /**
   * The addresses of services. Default: the engine's.
   */
  service_subnet?: string;
  /**
   * Features of Kubernetes that are switched on or off.
   */
  feature_gates?: {
    [k: string]: boolean;
  };
  /**
   * Files with Kubernetes manifests, relative to this file, that are applied in this order once the cluster answers.
   */
  addons?: string[];
  kubeconfig?: Kubeconfig;
  /**
   * What it is to be.
   */
  run_state?: 'running' | 'stopped';
  ready?: ClusterReady;
  health_check?: HealthCheck;
  dependencies?: Dependencies;
  labels?: Labels;
  /**
   * What only the driver understands, compared as it is given.
   */
  driver_options?: {
    [k: string]: unknown;
  };
  protect?: Protect;
  /**
   * Whether removing or replacing it may destroy what is in it. It counts as data only with `protect: true`.
   */
  deletion_policy?: 'retain' | 'delete';
  /**
   * What becomes of a run when a change of this cluster fails. Default: the environment's policy.
   */
  on_failure?: 'stop' | 'rollback' | 'continue';
  drift?: DriftPolicy;
}
export interface ClusterNodes {
  /**
   * Those that run the control plane.
   */
  control_plane?: NodeGroup;
  /**
   * Those that run nothing but pods.
   */
  workers?: NodeGroup;
}
/**
 * How clients find the cluster.
 */
export interface Kubeconfig {
  /**
   * The file that the cluster's context is written to, relative to this file. Default: one of its own that `trueup kubeconfig` prints.
   */
  path?: string;
  /**
   * The name of the context. Default: the physical name.
   */
  context?: string;
  /**
   * Whether it is also merged into the file that kubectl reads.
   */
  merge?: boolean;
  /**
   * Whether that file's current context becomes this one.
   */
  switch_context?: boolean;
}
/**
 * How it is known that it works.
 */
export interface ClusterReady {
  /**
   * Whether what the control plane runs in pods has to be available.
   */
  system_pods?: boolean;
  /**
   * How long it may take from the start until it is ready.
   */
  timeout?: Duration;
}
