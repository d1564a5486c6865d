/** Repos of somebody else that mean no harm: all of it is allowed. */
import { type Escape, HARMLESS, IMAGE, MANIFEST } from './escape.ts';

type Friendly = Pick<Escape, 'name' | 'files' | 'links'>;

const LIMITS = '    resource_limits: { cpu_limit: "0.5", memory_limit: 256m, memory_reservation: 64MiB }';

export const FRIENDLY: readonly Friendly[] = [
  { name: 'as little as there can be', files: { [MANIFEST]: `${HARMLESS.join('\n')}\n` } },
  {
    name: 'a shop',
    files: {
      [MANIFEST]: `$schema: https://trueup.dev/schemas/environment.json
name: demo
type: local
variables: { tag: "17", level: debug, password: { secret: true, value: "s3cret" } }
environment_variables: { TZ: UTC, LEVEL: "\${level:-info}" }
policies: { drift: heal, on_failure: rollback, rollback: environment, prune: true }
services:
  db:
    type: infrastructure
    container:
      image: docker.io/library/postgres:\${tag}@${IMAGE.split('@')[1]}
      user: "999:999"
      working_dir: /var/lib/postgresql/
      init: true
      restart: on-failure:5
      stop_signal: SIGINT
      stop_grace_period: 30s
      pull_policy: always
    storage:
      volumes: ["data:/var/lib/postgresql/data", { volume: cache, container_path: /cache, mode: ro }, /scratch]
      tmpfs: ["/tmp:size=64m,mode=1777", { container_path: /run, size: 1MiB }]
    environment_variables: { POSTGRES_PASSWORD: "\${password}", POSTGRES_DB: shop }
    health_check: { test: [CMD, pg_isready, -h, "$\${HOST}"], interval: 5s, timeout: 2s, retries: 5, start_period: 1m }
${LIMITS}
    labels: [team=core, "org.opencontainers.image.source=https://example.com"]
  api:
    role: backend
    engine: docker
    container: { image: "ghcr.io/acme/shop/api@${IMAGE.split('@')[1]}", command: [serve, --port, "80"], entrypoint: /app/run }
    networking:
      hostname: api
      ports: ["127.0.0.1:20080:80", "[::1]:20080:80", "127.0.0.1:20100-20102:9000-9002/udp", "127.0.0.1::81"]
      networks: { internal: { aliases: [backend] }, default: }
    storage: { volumes: ["./config/app.toml:/etc/app.toml:ro", { type: bind, host_path: ../../shared, container_path: /shared, mode: ro }, { host_path: ./config/app.toml, container_path: /a, mode: ro, watch_content: "signal:HUP" }] }
    dependencies: { db: { condition: service_healthy, restart: true, criticality: required } }
    health_check:
      endpoints: [{ url: "http://localhost:20080/health?full=1", method: GET, expected_status: 200, timeout_ms: 2000 }, { url: "http://[::1]:20080/" }]
      expected_response: { body_pattern: "^status: ok$", json_path: "$.status == 'ok'" }
${LIMITS}
  migrate:
    run: once
    profiles: [setup]
    container: { image: "${IMAGE}" }
    dependencies: [db]
    networking: { networks: [internal] }
    storage: { tmpfs: "/tmp:size=1m" }
${LIMITS}
volumes:
  data: { protect: true, deletion_policy: retain, metadata: { purpose: orders, size_estimate_gb: 2, backup_enabled: false }, labels: { team: core } }
  cache:
networks:
  internal: { internal: true, driver: bridge, attachable: false, external: false }
`,
      'environments/demo/config/app.toml': 'a = 1\n',
      'shared/x': 'x\n',
    },
    links: { 'environments/demo/linked': 'config' },
  },
  {
    name: 'a base, two files, and a link inside of the clone',
    files: {
      'environments/base/main.yaml': `abstract: true\n${HARMLESS.join('\n')}\n    storage: { volumes: ["./conf:/conf:ro"] }\n`,
      'environments/base/real/file': 'x',
      [MANIFEST]: 'extends: ../base\nservices: { web: { role: site } }\n',
      'environments/demo/more.yaml': 'volumes: { data: {} }\n',
    },
    links: { 'environments/base/conf': 'real' },
  },
];
