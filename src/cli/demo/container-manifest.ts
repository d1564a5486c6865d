/** The manifest of the demo's environment in containers: shell, `httpd` and `wget` are all that its image has to have. */

export interface ContainerManifestValues {
  readonly project: string;
  readonly image: string;
  readonly greeting: string;
}

/** The demo ends them. Should the demo itself be killed, they go by themselves after these seconds. */
const LAST_RESORT = 600;

/** As short as it can be: nothing here has anything to finish. */
const GRACE = '1s';

export function containerManifestText({ project, image, greeting }: ContainerManifestValues): string {
  const common = [`image: ${JSON.stringify(image)}`, 'init: true', 'restart: "no"', `stop_grace_period: ${GRACE}`].join(
    '\n      ',
  );
  return `name: local
type: local
project: ${project}

services:
  db:
    type: infrastructure
    container:
      ${common}
      command:
        - sh
        - -c
        - |  # a database, more or less: one line per order, in its volume
          mkdir -p /srv/cgi-bin && touch /data/orders
          printf '#!/bin/sh\\necho "Content-Type: text/plain"\\necho\\n%s\\n' 'echo order >> /data/orders' > /srv/cgi-bin/add
          printf '#!/bin/sh\\necho "Content-Type: text/plain"\\necho\\n%s\\n' 'wc -l < /data/orders' > /srv/cgi-bin/count
          chmod +x /srv/cgi-bin/*
          exec timeout ${LAST_RESORT} httpd -f -p 80 -h /srv
    storage: { volumes: ["data:/data"] }
    health_check:
      test: [CMD, wget, -qO-, "http://127.0.0.1/cgi-bin/count"]
      interval: 2s
      timeout: 2s

  api:
    role: backend
    container:
      ${common}
      command:
        - sh
        - -c
        - |
          mkdir -p /srv/cgi-bin && echo ok > /srv/health
          printf '#!/bin/sh\\necho "Content-Type: text/plain"\\necho\\n%s\\n' 'wget -qO- http://db/cgi-bin/add' > /srv/cgi-bin/order
          printf '#!/bin/sh\\necho "Content-Type: text/plain"\\necho\\n%s\\n' 'echo "$$GREETING: $$(wget -qO- http://db/cgi-bin/count) orders"' > /srv/cgi-bin/greet
          chmod +x /srv/cgi-bin/*
          exec timeout ${LAST_RESORT} httpd -f -p 80 -h /srv
    environment_variables:
      GREETING: ${greeting}
    networking: { ports: ["80"] }
    health_check:
      test: [CMD, wget, -qO-, "http://127.0.0.1/health"]
      interval: 2s
      timeout: 2s
    dependencies:
      db: { condition: service_healthy }

  worker:
    container:
      ${common}
      command: [timeout, "${LAST_RESORT}", sh, -c, "while :; do wget -qO- http://api/cgi-bin/order && echo ordered; sleep 1; done"]
    dependencies:
      api: { condition: service_healthy }

volumes:
  data:
`;
}
