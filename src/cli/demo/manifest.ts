/** The manifest of the demo's environment in local processes. */

export interface ManifestValues {
  readonly dbPort: number;
  readonly apiPort: number;
  readonly greeting: string;
}

export function manifestText({ dbPort, apiPort, greeting }: ManifestValues): string {
  return `name: local
type: local
project: shop

variables:
  db_port: ${dbPort}
  api_port: ${apiPort}

services:
  db:
    type: infrastructure
    process: { command: [node, db.js], cwd: ../../app }
    environment_variables: { PORT: "\${db_port}" }
    networking: { ports: ["\${db_port}"] }
    storage: { volumes: [data] }
    health_check:
      test: [CMD, node, db.js, ping]
      interval: 2s
      timeout: 2s

  api:
    role: backend
    process: { command: [node, api.js], cwd: ../../app }
    environment_variables:
      PORT: "\${api_port}"
      DB_PORT: "\${db_port}"
      GREETING: ${greeting}
    networking: { ports: ["\${api_port}"] }
    storage:
      volumes: [{ host_path: ../../config/api.json, mode: ro, watch_content: restart }]
    health_check:
      endpoints: [{ url: "http://127.0.0.1:\${api_port}/health" }]
      expected_response: { json_path: "$.status == 'ok'" }
      interval: 2s
      timeout: 2s
    dependencies:
      db: { condition: service_healthy }

  worker:
    process: { command: [node, worker.js], cwd: ../../app }
    environment_variables: { API: "http://127.0.0.1:\${api_port}" }
    dependencies:
      api: { condition: service_healthy }

volumes:
  data:
`;
}
