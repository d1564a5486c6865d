/** The environment that `trueup init` writes: small, with comments, and running as it is. */

export interface ExampleOptions {
  readonly name: string;
  /** A port that is free now. */
  readonly port: number;
  /** Where editors find the schema: a path relative to the manifest. */
  readonly schema: string;
}

export function exampleManifest({ name, port, schema }: ExampleOptions): string {
  return `# yaml-language-server: $schema=${schema}
#
# The environment "${name}". All *.yaml files of this folder are read as one.
#   trueup plan ${name}     shows what would change, and why
#   trueup apply ${name}    makes what runs equal to what stands here
#   trueup destroy ${name}  removes it again

name: ${name}
type: local

# Values for \${…}. \`--var port=9000\` gives another one; what is not set here can come from the shell or a file .env.
variables:
  port: ${port}

services:
  # A local process: any program that stays in the foreground. trueup supervises it and it outlives the command line.
  web:
    process:
      command:
        - node
        - --eval
        - |
          const answer = JSON.stringify({ status: 'ok' });
          require('node:http')
            .createServer((request, response) => response.end(answer))
            .listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening on port', process.env.PORT));
      restart: on-failure
    environment_variables:
      PORT: "\${port}"
    networking:
      ports: ["\${port}"] # checked before the start; who holds it is named
    health_check:
      endpoints: [{ url: "http://127.0.0.1:\${port}/" }]
      expected_response: { json_path: "$.status == 'ok'" }
      interval: 2s
      timeout: 2s

  # Starts once web is healthy. Its volume is a folder that outlives it; \`$$\` is a dollar that trueup leaves to the shell.
  worker:
    process:
      command: [sh, -c, 'while date >> "$$TRUEUP_VOLUME_NOTES/beats"; do echo "noted a beat"; sleep 5; done']
    storage:
      volumes: [notes]
    dependencies:
      web: { condition: service_healthy }

volumes:
  notes:
`;
}
