import { beforeEach, describe, expect, it } from 'vitest';
import { COMPOSE_LACKS, compose } from '../../support/docker/compose.ts';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { containing, parsed } from '../../support/matching.ts';

const lacks = process.env[COMPOSE_LACKS];
if (lacks !== undefined) beforeEach((context) => context.skip(lacks));

const LONG = 'image: busybox:1\n    command: [sleep, "100000"]\n    stop_signal: SIGKILL';
const STACK = `name: shop
services:
  db:
    ${LONG}
    env_file: [db.env]
    volumes: ["data:/var/lib/db", /scratch]
    networks: { back: { aliases: [database] } }
    healthcheck: { test: [CMD, "true"], interval: 2s, timeout: 1s, retries: 5 }
  migrate:
    image: busybox:1
    command: ["true"]
    networks: [back]
    depends_on: { db: { condition: service_healthy } }
  cache:
    image: busybox:1
    entrypoint: [sh, -c, "exec sleep 100000", --]
    command: [--requirepass, c4che-secret]
    stop_signal: SIGKILL
    tmpfs: [/tmp]
    networks: [back]
    secrets: [api_key]
    configs: [{ source: app, target: /etc/app.conf }]
    profiles: [extra]
  web:
    ${LONG}
    restart: unless-stopped
    ports: ["28080:80", "127.0.0.1::81"]
    environment: { DATABASE_URL: "postgres://me:hunter2@database:5432/x", CACHE_HOST: cache, LEVEL: "a$$b" }
    networks: { back: {}, front: { aliases: [shop.local] } }
    depends_on:
      db: { condition: service_healthy, restart: true }
      migrate: { condition: service_completed_successfully }
      cache: { condition: service_started, required: false }
    volumes: [{ type: bind, source: ./conf, target: /conf, read_only: true }]
  worker:
    ${LONG}
    scale: 2
    environment: { REDIS_URL: "redis://cache:6379" }
    networks: [back]
    deploy: { resources: { limits: { cpus: "0.5", memory: 64M } } }
  debug:
    image: busybox:1
    networks: [back]
    profiles: [debug]
volumes: { data: { labels: { team: core } } }
networks: { back: { internal: true }, front: {} }
secrets: { api_key: { file: ./conf/api_key } }
configs: { app: { file: ./conf/app.conf } }
`;

const FILES = {
  'compose.yaml': STACK,
  'db.env': 'POSTGRES_PASSWORD=pa$$word-1\nPOSTGRES_USER=shop\n',
  'conf/api_key': 'key of a file\n',
  'conf/app.conf': 'a=1\n',
};

/** As a person would have written it, but for the subnets, which are the engine's choice. */
const IMPORTED = `# Imported from the Compose project shop.
# What is claimed with \`adopted\` runs already; nothing of it is made anew.
#   trueup plan local             shows what would change
#   trueup apply local --adopt    takes it over
name: local
type: local
project: shop

variables:
  REQUIREPASS: { secret: true, source: file, value: .secrets/REQUIREPASS }

services:
  cache:
    adopted: { name: shop-cache-1 }
    container:
      image: busybox:1
      entrypoint: [sh, -c, exec sleep 100000, --]
      command: [--requirepass, "\${REQUIREPASS}"]
      stop_signal: SIGKILL
    networking:
      networks: [back]
    storage:
      volumes:
        - ../../conf/app.conf:/etc/app.conf:ro
        - ../../conf/api_key:/run/secrets/api_key:ro
      tmpfs: [/tmp]

  db:
    type: infrastructure
    adopted: { name: shop-db-1 }
    container: { image: busybox:1, command: [sleep, "100000"], stop_signal: SIGKILL }
    networking:
      networks:
        back: { aliases: [database] }
    storage:
      volumes: [db-scratch:/scratch, data:/var/lib/db]
    health_check: { test: [CMD, "true"], interval: 2s, timeout: 1s, retries: 5 }
    environment_variables:
      POSTGRES_PASSWORD: { secret: true, source: file, value: .secrets/POSTGRES_PASSWORD }
      POSTGRES_USER: shop

  # dependencies: { db: { condition: service_healthy } }
  # db: as Compose had it
  migrate:
    adopted: { name: shop-migrate-1 }
    container: { image: busybox:1, command: ["true"] }
    run: once
    networking:
      networks: [back]

  # dependencies: { cache: { condition: service_started }, db: { condition: service_healthy, restart: true }, migrate: { condition: service_completed_successfully } }
  # cache, db, migrate: as Compose had it
  web:
    adopted: { name: shop-web-1 }
    container:
      image: busybox:1
      command: [sleep, "100000"]
      restart: unless-stopped
      stop_signal: SIGKILL
    networking:
      ports: [127.0.0.1::81, 28080:80]
      networks:
        back: {}
        front: { aliases: [shop.local] }
    storage:
      volumes: [../../conf:/conf:ro]
    environment_variables:
      CACHE_HOST: cache
      DATABASE_URL: { secret: true, source: file, value: .secrets/DATABASE_URL }
      LEVEL: a$$b

  # dependencies: { cache: { condition: service_started } }
  # cache: named in REDIS_URL
  worker:
    adopted: { name: shop-worker-1 }
    container: { image: busybox:1, command: [sleep, "100000"], stop_signal: SIGKILL }
    networking:
      networks: [back]
    resource_limits: { cpu_limit: 0.5, memory_limit: 64MiB }
    environment_variables:
      REDIS_URL: redis://cache:6379

  # dependencies: { cache: { condition: service_started } }
  # cache: named in REDIS_URL
  worker-2:
    adopted: { name: shop-worker-2 }
    container: { image: busybox:1, command: [sleep, "100000"], stop_signal: SIGKILL }
    networking:
      networks:
        back: { aliases: [worker] }
    resource_limits: { cpu_limit: 0.5, memory_limit: 64MiB }
    environment_variables:
      REDIS_URL: redis://cache:6379

networks:
  back:
    adopted: { name: shop_back }
    internal: true
  front: { adopted: { name: shop_front } }

volumes:
  data:
    adopted: { name: shop_data }
    labels:
      team: core
  db-scratch:
    adopted: { name: NAMELESS }
`;

async function ids(repo: DockerRepo): Promise<readonly string[]> {
  return (await repo.docker('ps', '--all', '--quiet', '--no-trunc')).split('\n').toSorted();
}

/** Engines choose names and subnets. */
function settled(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{64}/g, 'NAMELESS')
    .replaceAll(/\n {4}ipam:\n {6}config: [^\n]*/g, '')
    .replace('front:\n    adopted: { name: shop_front }', 'front: { adopted: { name: shop_front } }');
}

describe('trueup import docker of what Docker Compose started', () => {
  it('is as a person would have written it, takes all of it over as it is, and leaves what was run by hand', async () => {
    await using repo = await dockerRepo(FILES);
    await compose(repo.engine, repo.root, ['--profile', 'extra', 'up', '--detach', '--quiet-pull']);
    await compose(repo.engine, repo.root, ['run', '--detach', '--name', 'by-hand', 'worker']);
    const before = await ids(repo);

    const imported = await repo.trueup(['import', 'docker', '--project', 'shop', '--environment', 'local']);
    const text = await repo.read('environments/local/environment.yaml');
    const planned = await repo.trueup(['plan', 'local', '--detailed-exitcode', '--output', 'json']);
    const adopted = await repo.trueup(['apply', 'local', '--adopt', '--auto-approve']);
    const after = await repo.trueup(['plan', 'local', '--detailed-exitcode', '--output', 'json']);

    expect(imported, imported.stderr).toMatchObject({ status: 0 });
    expect(imported.stdout).toContain('by-hand: it is none of the services: Compose ran it once, by hand');
    expect(settled(text)).toBe(IMPORTED);
    expect(imported.stdout + text).not.toMatch(/pa\$word-1|hunter2|c4che-secret/);
    expect(await repo.read('environments/local/.secrets/POSTGRES_PASSWORD')).toBe('pa$word-1\n');
    expect(planned, planned.stdout + planned.stderr).toMatchObject({ status: 0 });
    expect(parsed(planned.stdout)).toMatchObject({ resource_changes: [], conflicts: [] });
    expect(adopted, adopted.stdout + adopted.stderr).toMatchObject({ status: 0 });
    expect(parsed(after.stdout)).toMatchObject({ resource_changes: [], conflicts: [] });
    expect(await ids(repo)).toEqual(before);

    const mistyped = await repo.trueup(['import', 'docker', '--project', 'shpo', '--environment', 'other']);
    const again = await repo.trueup(['import', 'docker', '--project', 'shop', '--environment', 'other']);
    expect(mistyped).toMatchObject({ status: 1, stderr: containing('did you mean "shop"?') });
    expect(again).toMatchObject({ status: 1, stderr: containing('the environment local claims it already') });
  });

  it('is changed and brought up again by trueup alone, once it was taken over', async () => {
    await using repo = await dockerRepo(FILES);
    await compose(repo.engine, repo.root, ['--profile', 'extra', 'up', '--detach', '--quiet-pull']);
    await repo.trueup(['import', 'docker', '--project', 'shop', '--environment', 'local']);
    await repo.trueup(['apply', 'local', '--adopt', '--auto-approve']);
    await compose(repo.engine, repo.root, ['--profile', 'extra', 'down']);

    const applied = await repo.trueup(['apply', 'local', '--auto-approve']);
    const planned = await repo.trueup(['plan', 'local', '--detailed-exitcode']);

    expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 0 });
    expect(planned, planned.stdout + planned.stderr).toMatchObject({ status: 0 });
  });
});
