/** A large environment, generated: groups of ten services, a chain of five and a fan of five, each group behind the last. */

/** The services of one manifest file as YAML; the seed of what a real one has: labels, environment, health, dependencies. */
export function largeManifest(name: string, services: number, changed: ReadonlySet<number> = new Set()): string {
  const lines = [`name: ${name}`, 'type: local', 'services:'];
  for (let index = 0; index < services; index += 1) lines.push(...serviceLines(index, changed.has(index)));
  return `${lines.join('\n')}\n`;
}

/** Every hundredth service: the 1 % that changes. */
export function onePercent(services: number): ReadonlySet<number> {
  return new Set(Array.from({ length: Math.floor(services / 100) }, (_, index) => index * 100));
}

function serviceLines(index: number, isChanged: boolean): readonly string[] {
  const parent = parentOf(index);
  const lines = [
    `  s${index}:`,
    '    type: application',
    `    process: { command: [node, server.js, "${index}"], cwd: ., restart: on-failure }`,
    '    environment_variables:',
    `      LOG_LEVEL: ${isChanged ? 'debug' : 'info'}`,
    `      NAME: service ${index}`,
    `    labels: { team: core, index: "${index}" }`,
    `    health_check: { test: [CMD, "true"], interval: 5s, timeout: 3s, retries: 3 }`,
  ];
  if (parent !== null) lines.push(`    dependencies: { s${parent}: { condition: service_healthy } }`);
  return lines;
}

function parentOf(index: number): number | null {
  const inGroup = index % 10;
  if (inGroup === 0) return index === 0 ? null : Math.floor((index / 10 - 1) / 4) * 10;
  return inGroup <= 4 ? index - 1 : index - inGroup;
}
