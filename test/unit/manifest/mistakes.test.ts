import { describe, expect, it } from 'vitest';
import { described, loadText } from './support.ts';

interface Mistake {
  readonly name: string;
  readonly text: string;
  readonly diagnostics: readonly string[];
}

const MISTAKES: readonly Mistake[] = [
  {
    name: 'an unknown key at the top',
    text: 'servces: {}',
    diagnostics: ['local/main.yaml:1:1 error unknown_key: unknown key "servces" (did you mean "services"?)'],
  },
  {
    name: 'unknown keys of a service, near to a right one and brought along from Compose',
    text: `
services:
  web:
    process: { command: [run] }
    labls: {}
    depends_on: [db]
    zzz: 1
`,
    diagnostics: [
      'local/main.yaml:5:5 error unknown_key: unknown key "labls" in services.web (did you mean "labels"?)',
      'local/main.yaml:6:5 error unknown_key: unknown key "depends_on" in services.web (in trueup this is `dependencies`)',
      'local/main.yaml:7:5 error unknown_key: unknown key "zzz" in services.web (allowed here: adopted, container, ' +
        'deletion_policy, dependencies, drift, engine, environment_variables, health_check, labels, name, networking, on_failure, ' +
        'post_start, pre_stop, process, profiles, protect, resource_limits, role, run, storage, type)',
    ],
  },
  {
    name: 'values of the wrong type, out of range and not allowed',
    text: `
type: locl
services:
  web:
    process: { command: [run], stop_grace_period: soon, restart: sometimes }
    health_check: { test: [CMD, "true"], retries: three, interval: [5s] }
  db:
    process: { command: [run] }
    health_check: { test: [CMD, "true"], retries: 0 }
  empty:
  list: []
`,
    diagnostics: [
      'local/main.yaml:2:7 error invalid_value: type must not be "locl" (did you mean "local"? allowed: local, staging, production)',
      'local/main.yaml:5:51 error invalid_value: stop_grace_period must be a duration such as `10s`, `1m30s` or `500ms`, not "soon"',
      'local/main.yaml:5:66 error invalid_value: restart must be `no`, `always`, `unless-stopped`, `on-failure` or `on-failure:<attempts>`, not "sometimes"',
      'local/main.yaml:6:51 error invalid_value: retries must be a whole number, not "three"',
      'local/main.yaml:6:68 error invalid_value: interval must be text or a number, not a list (write a duration such as `10s`, `1m30s` or `500ms`)',
      'local/main.yaml:9:51 error invalid_value: retries must be at least 1, not 0',
      'local/main.yaml:10:9 error invalid_value: services.empty must be a map, not empty',
      'local/main.yaml:11:9 error invalid_value: services.list must be a map, not a list',
    ],
  },
  {
    name: 'keys that are not allowed',
    text: `
services:
  Web Shop: { process: { command: [a] } }
  ünïcode: { process: { command: [a] } }
  ${'x'.repeat(300)}: { process: { command: [a] } }
  volume.x: { process: { command: [a] } }
`,
    diagnostics: [
      ...[
        '3:3 error invalid_name: "Web Shop"',
        '4:3 error invalid_name: "ünïcode"',
        `5:3 error invalid_name: "${'x'.repeat(60)}…"`,
      ].map(
        (start) =>
          `local/main.yaml:${start} is not allowed as a key of services (write at most 63 of the characters a-z, 0-9, ` +
          '`_`, `.` and `-`, beginning with a letter or digit)',
      ),
      'local/main.yaml:6:3 error invalid_name: a key must not begin with "volume." ("volume.x" reads as the address of a volume)',
    ],
  },
  {
    name: 'what a service runs: missing, misspelt, both, empty and unreadable',
    text: `
services:
  a: { process: {} }
  b: { process: { comand: [x] } }
  c: {}
  d: { process: { command: [x] }, container: { image: "a:1" } }
  e: { container: {} }
  f: { process: { command: "" } }
  g: { process: { command: "it's" } }
  h: { process: { command: [""] } }
`,
    diagnostics: [
      'local/main.yaml:3:8 error missing_key: "command" is missing in process',
      'local/main.yaml:4:19 error unknown_key: unknown key "comand" in process (did you mean "command"?)',
      'local/main.yaml:5:3 error missing_key: service "c" has neither "container" nor "process" (say what it runs)',
      'local/main.yaml:6:8 error invalid_value: service "d" has both "container" and "process" (leave one of them out)',
      'local/main.yaml:7:8 error missing_key: "image" is missing in the container of service "e"',
      'local/main.yaml:8:28 error invalid_value: the command has no words',
      'local/main.yaml:9:28 error invalid_value: a quote in the command is not closed',
      'local/main.yaml:10:28 error invalid_value: the command has no program',
    ],
  },
  {
    name: 'images and paths in containers',
    text: `
services:
  a: { container: { image: postgres } }
  b: { container: { image: "localhost:5000/x" } }
  c: { container: { image: "x:1", working_dir: rel } }
  d: { container: { image: "bad image:1" } }
`,
    diagnostics: [
      'local/main.yaml:3:28 error unpinned_image: image "postgres" has neither tag nor digest (write such as "postgres:<tag>")',
      'local/main.yaml:4:28 error unpinned_image: image "localhost:5000/x" has neither tag nor digest (write such as "localhost:5000/x:<tag>")',
      'local/main.yaml:5:48 error invalid_path: "rel" is no absolute path (a path in a container begins with "/")',
      'local/main.yaml:6:28 error invalid_value: "bad image:1" is no image (write such as "postgres:17" or "ghcr.io/acme/api@sha256:…")',
    ],
  },
  {
    name: 'references to what nothing declares',
    text: `
services:
  web:
    process: { command: [a] }
    dependencies: [dbb, volume.dat, network.x]
    storage: { volumes: [dat] }
    engine: proces
  db:
    process: { command: [a] }
    dependencies: { wweb: {} }
volumes: { data: { engine: other } }
`,
    diagnostics: [
      'local/main.yaml:5:20 error unknown_reference: no service "dbb" is declared (did you mean "db"?)',
      'local/main.yaml:5:25 error unknown_reference: no volume "dat" is declared (did you mean "data"?)',
      'local/main.yaml:5:37 error unknown_reference: no network "x" is declared (no network is declared at all)',
      'local/main.yaml:6:26 error unknown_reference: no volume "dat" is declared (did you mean "data"?)',
      'local/main.yaml:7:13 error unknown_reference: no engine "proces" is declared (did you mean "process"?)',
      'local/main.yaml:10:21 error unknown_reference: no service "wweb" is declared (did you mean "web"?)',
      'local/main.yaml:11:28 error unknown_reference: no engine "other" is declared (declared: docker, process)',
    ],
  },
  {
    name: 'circles of dependencies, each named whole',
    text: `
services:
  a: { process: { command: [x] }, dependencies: [b, e] }
  b: { process: { command: [x] }, dependencies: { c: {} } }
  c: { process: { command: [x] }, dependencies: [a] }
  d: { process: { command: [x] }, dependencies: [d] }
  e: { process: { command: [x] } }
`,
    diagnostics: [
      'local/main.yaml:3:50 error dependency_cycle: services depend on each other in a circle: a → b → c → a (leave out one of these dependencies)',
      'local/main.yaml:6:50 error dependency_cycle: services depend on each other in a circle: d → d (leave out one of these dependencies)',
    ],
  },
  {
    name: 'ports that cannot be read, and ports that are taken',
    text: `
services:
  a: { process: { command: [x] }, networking: { ports: [8080, "9000-9002"] } }
  b:
    process: { command: [x] }
    networking:
      ports:
        - 127.0.0.1:8080:8080
        - 9001
        - 99999
        - abc
        - 1-3:1-2
        - { host_port: 70000 }
        - { protocol: udp }
        - 8080/udp
        - 999.1.1.1:80:80
        - 7000
        - "7000:7000"
`,
    diagnostics: [
      'local/main.yaml:8:11 error port_conflict: host port 8080/tcp is published by service "a" too (published first at environments/local/main.yaml:3:57)',
      'local/main.yaml:9:11 error port_conflict: host port 9001/tcp is published by service "a" too (published first at environments/local/main.yaml:3:63)',
      'local/main.yaml:10:11 error invalid_value: ports[2] must be at most 65535, not 99999',
      'local/main.yaml:11:11 error invalid_value: "abc" is no port (write such as 8080, "8080:80" or "127.0.0.1:8080:80/udp")',
      'local/main.yaml:12:11 error invalid_value: the ranges of "1-3:1-2" differ in length (write such as 8080, "8080:80" or "127.0.0.1:8080:80/udp")',
      'local/main.yaml:13:24 error invalid_value: host_port must be at most 65535, not 70000',
      'local/main.yaml:14:11 error invalid_value: "host_port" is missing (write such as 8080, "8080:80" or "127.0.0.1:8080:80/udp")',
      'local/main.yaml:16:11 error invalid_value: "999.1.1.1" is no IP address (write such as 8080, "8080:80" or "127.0.0.1:8080:80/udp")',
      'local/main.yaml:18:11 error port_conflict: port 7000/tcp is published twice by this service',
    ],
  },
  {
    name: 'mounts',
    text: `
services:
  a:
    container: { image: "a:1" }
    storage:
      volumes:
        - data
        - data:rel
        - data:/x:zz
        - ./no:/y
        - { volume: data, host_path: ./b, container_path: /z }
        - { type: bind }
        - data:/x
        - data:/x/
        - { type: tmpfs, container_path: /t }
        - { volume: data, watch_content: sometimes, container_path: /w }
      tmpfs: [tmp, "/t:foo=1", /x]
volumes: { data: }
`,
    diagnostics: [
      'local/main.yaml:7:11 error invalid_value: "data" names no path in the container (write such as "data:/path", "./file:/path:ro", or for a process "data" or "./file")',
      'local/main.yaml:8:11 error invalid_path: "rel" is no absolute path (a path in a container begins with "/")',
      'local/main.yaml:9:11 error invalid_value: the mount option "zz" is not carried out: only "ro" and "rw" are (write such as "data:/path", "./file:/path:ro", or for a process "data" or "./file")',
      'local/main.yaml:10:11 error invalid_path: "./no" does not exist (paths are relative to the file that names them; a bind mount needs something that exists)',
      'local/main.yaml:11:11 error invalid_value: a mount has either "volume" or "host_path", not both (write such as "data:/path", "./file:/path:ro", or for a process "data" or "./file")',
      'local/main.yaml:12:11 error invalid_value: "host_path" is missing in this bind mount (write such as "data:/path", "./file:/path:ro", or for a process "data" or "./file")',
      'local/main.yaml:14:11 error duplicate_key: "/x" is mounted twice',
      'local/main.yaml:15:19 error invalid_value: type must not be "tmpfs" (allowed: volume, bind)',
      'local/main.yaml:16:42 error invalid_value: watch_content must be `restart`, `report` or `signal:<name>`, such as `signal:HUP`, not "sometimes"',
      'local/main.yaml:17:15 error invalid_path: "tmp" is no absolute path (a path in a container begins with "/")',
      'local/main.yaml:17:20 error invalid_value: the option "foo" is not carried out: only "size" and "mode" are (write such as "/tmp" or "/tmp:size=64m,mode=1777")',
      'local/main.yaml:17:32 error duplicate_key: "/x" is mounted twice',
    ],
  },
  {
    name: 'health checks that break the rules',
    text: `
services:
  a: { type: infrastructure, process: { command: [x] } }
  b: { process: { command: [x] }, health_check: { interval: 5s, timeout: 10s, test: x } }
  c: { process: { command: [x] }, health_check: { interval: 5s } }
  d: { process: { command: [x] }, health_check: { test: [curl] } }
  e: { process: { command: [x] }, dependencies: { a: { condition: service_healthy } } }
  f:
    process: { command: [x] }
    health_check: { test: [CMD], expected_response: { json_path: "$.x == ok", body_pattern: "(" } }
  g:
    process: { command: [x] }
    health_check:
      endpoints:
        - { url: "http://x", expected_status: 201 }
        - { url: "ftp://x" }
        - {}
      expected_response: { status_code: 200 }
  h: { process: { command: [x] }, health_check: { test: [NONE] }, type: infrastructure }
  i: { process: { command: [x] }, health_check: { test: x, interval: 0s } }
`,
    diagnostics: [
      'local/main.yaml:3:3 error invalid_health_check: infrastructure service "a" has no health_check (say with "test" or "endpoints" how it is known to work)',
      'local/main.yaml:4:61 error invalid_health_check: interval 5s is shorter than timeout 10s (a check must be able to end before the next begins)',
      'local/main.yaml:5:35 error invalid_health_check: the health_check has neither "test" nor "endpoints"',
      'local/main.yaml:6:58 error invalid_health_check: a test begins with CMD, CMD-SHELL or NONE, not "curl" (write such as [CMD, curl, -f, http://localhost/health], or one string for a shell)',
      'local/main.yaml:7:67 error invalid_health_check: service "a" has no health_check, so it can never be healthy (give it a health_check, or wait for service_started)',
      'local/main.yaml:10:27 error invalid_health_check: the test says CMD, but no command',
      'local/main.yaml:10:34 error invalid_health_check: expected_response needs "endpoints", whose answers it is about',
      'local/main.yaml:10:66 error invalid_value: "$.x == ok" is no condition (write `<singular query> <operator> <JSON literal>`, such as `$.status == \'ok\'`, or a query alone)',
      'local/main.yaml:10:93 error invalid_value: body_pattern is no regular expression (Invalid regular expression: /(/: Unterminated group)',
      "local/main.yaml:15:47 error invalid_health_check: expected_status 201 contradicts the expected_response's status_code 200 (leave one of them out)",
      'local/main.yaml:16:18 error invalid_value: url must be a whole URL such as `http://localhost:8080/health`, not "ftp://x"',
      'local/main.yaml:17:11 error missing_key: "url" is missing in endpoints[2]',
      'local/main.yaml:19:3 error invalid_health_check: infrastructure service "h" has no health_check (say with "test" or "endpoints" how it is known to work)',
      'local/main.yaml:20:70 error invalid_health_check: interval must be more than 0s',
    ],
  },
  {
    name: 'moved and ignored things that are nowhere, and a rule that has expired',
    text: `
services: { a: { process: { command: [x] } } }
volumes: { v: {} }
moved:
  - { from: volume.a, to: volume.nope }
  - { from: volume.v, to: volume.v }
  - { from: service.a, to: volume.v }
  - { from: a }
ignore_differences:
  - { address: service.b, field_path: $.labels.x, reason: r }
  - { address: service.a, field_path: $.label.x, reason: r }
  - { address: service.a, field_path: $.labels.x, reason: r, until: 2020-01-01 }
  - { address: service.a, field_path: $, reason: r }
  - { address: service.a, field_path: $.process.cmd, reason: r }
  - { address: service.a, field_path: $.process.cwd, reason: r, until: tomorrow }
  - { address: service.a, field_path: "$.labels[?@ ==", reason: r }
  - { address: service.a, field_path: "$.lables[?@ == 'x']", reason: r }
  - { address: service.a, field_path: "$..[*, 'x']", reason: r }
`,
    diagnostics: [
      'local/main.yaml:5:27 error unknown_reference: no volume "nope" is declared (declared: v)',
      'local/main.yaml:6:13 error invalid_reference: volume.v is still declared (what has moved no longer has its old address: leave out one of the two)',
      'local/main.yaml:7:28 error invalid_reference: a service cannot become a volume',
      'local/main.yaml:8:5 error missing_key: "to" is missing in moved[3]',
      'local/main.yaml:8:13 error invalid_value: from must be an address such as `service.web` or `volume.data`, not "a"',
      'local/main.yaml:10:16 error unknown_reference: no service "b" is declared (did you mean "a"?)',
      'local/main.yaml:11:39 error unknown_reference: there is no field "label" to ignore (did you mean "labels"?)',
      'local/main.yaml:12:69 warning expired_rule: the rule for service.a has expired: 2020-01-01 has passed (leave the rule out, or give it a later date)',
      "local/main.yaml:13:39 error invalid_value: field_path must be a path such as `$.labels.build` or `$['networking']['ports']['8080/tcp']`, not \"$\"",
      'local/main.yaml:14:39 error unknown_reference: there is no field "cmd" to ignore (did you mean "cwd"?)',
      'local/main.yaml:15:72 error invalid_value: until must be a date such as `2027-01-31`, not "tomorrow"',
      "local/main.yaml:16:39 error invalid_value: \"$.labels[?@ ==\" selects no fields (unclosed bracketed selection ('els[?@ ==':14); write such as `$.labels.build`, `$['networking']['ports']['8080/tcp']` or `$.labels.*`)",
      'local/main.yaml:17:39 error unknown_reference: there is no field "lables" to ignore (did you mean "labels"?)',
    ],
  },
  {
    name: 'settings that this version does not carry out',
    text: `
strict: true
compose: [x.yaml]
policies: { drift: heal, prune: false }
services:
  a: { container: { build: . }, health_check: { test: x } }
volumes: { v: { type: tmpfs } }
engines: { f: {} }
`,
    diagnostics: [
      ...[
        '2:9 error not_supported: strict: true',
        '3:1 error not_supported: compose',
        '6:21 error not_supported: build',
        '7:23 error not_supported: type: "tmpfs"',
      ].map((start) => `local/main.yaml:${start} is not carried out by this version of trueup (leave it out)`),
      'local/main.yaml:8:12 error missing_key: "driver" is missing in engines.f',
    ],
  },
  {
    name: 'engines inside of machines',
    text: `
vms:
  a: { driver: libvirt, memory: 1GiB, dependencies: [inside] }
services:
  inside: { engine: ok, container: { image: "a:1" } }
engines:
  ok: { driver: docker, vm: a }
  lost: { driver: docker, vm: b }
  both: { driver: docker, vm: a, host: "ssh://x" }
  two: { driver: docker, vm: a, socket: /run/x.sock, port: 2375 }
  none: { driver: docker, port: 2375 }
`,
    diagnostics: [
      'local/main.yaml:3:54 error dependency_cycle: resources depend on each other in a circle: vm.a → service.inside → vm.a (leave out one of these dependencies)',
      'local/main.yaml:8:31 error unknown_reference: no vm "b" is declared (did you mean "a"?)',
      'local/main.yaml:9:34 error invalid_value: engines.both has both "vm" and "host" (an engine in a VM is reached through the VM)',
      'local/main.yaml:10:54 error invalid_value: engines.two has both "socket" and "port" (leave one of them out)',
      'local/main.yaml:11:27 error invalid_value: engines.none has "port" without "vm" (name the VM that it is in)',
    ],
  },
  {
    name: 'images and the engines that hold them',
    text: `
services:
  a: { container: { image: "a:1", platform: linux/amd64 } }
  b: { container: { image: "a:1", platform: linux/arm64 }, dependencies: { c: { condition: service_healthy } } }
  c: { container: { image: "c:1" }, dependencies: { d: { condition: service_healthy } } }
  d: { container: { image: "c:1" }, health_check: { test: [NONE] } }
  e: { container: { image: "c:1" }, health_check: { test: x, start_interval: 0s } }
engines:
  f: { driver: docker, host: /run/docker.sock }
  g: { driver: docker, host: "ssh://x", context: y }
`,
    diagnostics: [
      'local/main.yaml:4:45 error engine_conflict: image "a:1" is wanted for linux/arm64 here, and for linux/amd64 by service "a" (an engine has one image of that name: use one platform on "docker", or a reference for each)',
      'local/main.yaml:5:69 error invalid_health_check: service "d" has no health_check, so it can never be healthy (give it a health_check, or wait for service_started)',
      'local/main.yaml:7:78 error invalid_health_check: start_interval must be more than 0s',
      'local/main.yaml:9:30 error invalid_value: host must be an address such as `unix:///run/docker.sock`, `tcp://host:2376` or `ssh://user@host`, not "/run/docker.sock"',
      'local/main.yaml:10:41 error invalid_value: engines.g has both "host" and "context" (leave one of them out)',
    ],
  },
  {
    name: 'resource limits and networks',
    text: `
services:
  a: { container: { image: "a:1" }, networking: { networks: [intrnal, default], hostname: "-x" } }
  b: { container: { image: "a:1" }, networking: { networks: { internal: { aliases: a, ipv4_address: x } } } }
  c: { process: { command: [x] }, resource_limits: { cpu_limit: 0, memory_limit: 10XB, cpu_reservation: "0", memory_reservation: 0B } }
networks: { internal: { ipam: { config: [{ subnet: 1.2.3.4/99 }, { subnet: foo }, { subnet: 10.0.0.0/8, gateway: x }] } } }
`,
    diagnostics: [
      'local/main.yaml:3:62 error unknown_reference: no network "intrnal" is declared (did you mean "internal"?)',
      'local/main.yaml:3:91 error invalid_value: hostname must be letters, digits, `.` and `-`, not "-x"',
      'local/main.yaml:4:84 error invalid_value: aliases must be a list, not "a"',
      'local/main.yaml:4:101 error invalid_value: ipv4_address must be an IPv4 address, not "x"',
      'local/main.yaml:5:65 error invalid_value: cpu_limit must be more than 0, not 0',
      'local/main.yaml:5:82 error invalid_value: memory_limit must be a size such as `256MiB` or `1.5GiB`, not "10XB"',
      'local/main.yaml:5:105 error invalid_value: cpu_reservation must be more than 0',
      'local/main.yaml:5:130 error invalid_value: memory_reservation must be a size of more than nothing, not "0B"',
      'local/main.yaml:6:52 error invalid_value: "1.2.3.4/99" is no subnet',
      'local/main.yaml:6:76 error invalid_value: subnet must be a subnet such as `172.28.0.0/16`, not "foo"',
      'local/main.yaml:6:114 error invalid_value: gateway must be an IP address, not "x"',
    ],
  },
  {
    name: 'a merge that nobody has ended, in a file that is YAML otherwise',
    text: `
services:
<<<<<<< HEAD
  web: { process: { command: [one] } }
||||||| 1a2b3c4
  web: { process: { command: [none] } }
=======
  web: { process: { command: [two] } }
>>>>>>> topic
`,
    diagnostics: [
      'local/main.yaml:3:1 error invalid_yaml: the file holds merge conflict markers at line 3 (decide between the two sides, and take out the lines <<<<<<<, ======= and >>>>>>>)',
    ],
  },
  {
    name: 'a merge that was ended by half',
    text: 'services:\n  web: { process: { command: [one] } }\n>>>>>>> topic\n',
    diagnostics: [
      'local/main.yaml:3:1 error invalid_yaml: the file holds merge conflict markers at line 3 (decide between the two sides, and take out the lines <<<<<<<, ======= and >>>>>>>)',
    ],
  },
  {
    name: 'the name of another folder',
    text: 'name: other',
    diagnostics: [
      'local/main.yaml:1:7 error invalid_name: the name "other" is not that of the folder "local" (write "local", leave it out, or rename the folder)',
    ],
  },
  {
    name: 'completion that never comes, and signals that do not exist',
    text: `
services:
  a: { process: { command: [x], restart: always }, run: once }
  b: { process: { command: [x], restart: unless-stopped } }
  c: { process: { command: [x], stop_signal: SIGUSR3 }, dependencies: { b: { condition: service_completed_successfully } } }
`,
    diagnostics: [
      'local/main.yaml:3:42 error invalid_value: restart: always would never let service "a" complete, but it runs once (write no or on-failure)',
      'local/main.yaml:4:42 error invalid_value: restart: unless-stopped would never let service "b" complete, but another service waits for its completion (write no or on-failure)',
      'local/main.yaml:5:46 error invalid_value: stop_signal must not be "SIGUSR3" (did you mean "SIGUSR1"? allowed: ' +
        'SIGABRT, SIGALRM, SIGCONT, SIGHUP, SIGINT, SIGKILL, SIGPIPE, SIGPWR, SIGQUIT, SIGRTMIN+3, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH)',
    ],
  },
  {
    name: 'physical names that say what is set aside by a run',
    text: `
services:
  a: { process: { command: [x] }, name: shop.aside-2024 }
  b.aside-c: { process: { command: [x] } }
  d.aside-: { process: { command: [x] }, name: d.aside- }
volumes: { v: { name: v.aside-w } }
`,
    diagnostics: [
      'local/main.yaml:3:41 error invalid_name: the name "shop.aside-2024" says that it is set aside (trueup alone gives such names, to what it keeps until its successor works)',
      'local/main.yaml:4:3 error invalid_name: the name "local-b.aside-c-1" says that it is set aside (trueup alone gives such names, to what it keeps until its successor works)',
    ],
  },
  {
    name: 'one physical name for two services, and one volume on two engines',
    text: `
services:
  a: { process: { command: [x] }, name: same, storage: { volumes: [v] } }
  b: { process: { command: [x] }, name: same }
  c: { container: { image: "a:1" }, storage: { volumes: ["v:/x"] } }
volumes: { v: {} }
`,
    diagnostics: [
      'local/main.yaml:4:41 error invalid_name: the name "same" is taken by service.a (service.a is declared at environments/local/main.yaml:3:3)',
      'local/main.yaml:5:58 error engine_conflict: volume.v is used by service.a on "process", and cannot be used from engine "docker" too (declare one for each engine)',
    ],
  },
  {
    name: 'labels and variables that are not allowed',
    text: `
services:
  web:
    process: { command: [x] }
    labels: { dev.trueup.owner: x, ok: 1, empty: }
    environment_variables: { "A B": 1, C: , D: [1], E: { secret: true } }
  db:
    process: { command: [x] }
    environment_variables: [A=1, B, A=2]
`,
    diagnostics: [
      'local/main.yaml:5:15 error invalid_name: "dev.trueup.owner" is not allowed as a key of labels (write a name that does not begin with `dev.trueup.` or `com.docker.compose.`, which trueup writes itself)',
      'local/main.yaml:5:50 error invalid_value: empty must be text, a number or true or false, not empty (write "" for an empty text)',
      'local/main.yaml:6:30 error invalid_name: "A B" is not allowed as a key of environment_variables (write letters, digits, `_`, `.` and `-`, beginning with a letter or `_`)',
      'local/main.yaml:6:43 error invalid_value: C must be text, a number, true or false or a map, not empty (write "" for an empty text)',
      'local/main.yaml:6:48 error invalid_value: D must be text, a number, true or false or a map, not a list',
      'local/main.yaml:6:53 error missing_key: "value" is missing in E',
      'local/main.yaml:9:34 error invalid_value: "B" has no value (write B=value, or B=${B} to take it from the environment of trueup)',
      'local/main.yaml:9:37 error duplicate_key: "A" is declared twice',
    ],
  },
  {
    name: 'a dependency on a service that takes no part',
    text: `
services:
  a: { process: { command: [x] }, profiles: [debug] }
  b: { process: { command: [x] }, dependencies: [a] }
  c: { process: { command: [x] }, dependencies: { a: { criticality: optional } } }
`,
    diagnostics: [
      'local/main.yaml:4:50 error unknown_reference: service "a" takes no part: none of its profiles is asked for (add --profile debug, or make the dependency `criticality: optional`)',
    ],
  },
];

describe('mistakes in manifests', () => {
  it.each(MISTAKES)('says all about $name', async ({ text, diagnostics }) => {
    const result = await loadText(text);

    expect(described(result.diagnostics)).toEqual(diagnostics);
  });

  it('leaves out an environment with errors, and not one with a warning alone', async () => {
    const rule = 'ignore_differences: [{ address: service.a, field_path: $.labels.x, reason: r, until: 2020-01-01 }]';
    const result = await loadText(`services: { a: { process: { command: [x] } } }\n${rule}`);

    expect(result.environments.map(({ name }) => name)).toEqual(['local']);
    expect(result.diagnostics.map(({ severity }) => severity)).toEqual(['warning']);
    expect((await loadText('servces: {}')).environments).toEqual([]);
  });
});
