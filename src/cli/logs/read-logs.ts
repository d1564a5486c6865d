/** The lines of several services as they are now, each with the service that wrote it. */
import type { LogLine, LogOptions } from '../../drivers/log-line.ts';
import type { ReachedService } from '../services.ts';

export interface ServiceLine extends LogLine {
  readonly service: ReachedService;
}

/** What is there now: by time where every line has one, else service by service. */
export async function readLogs(
  services: readonly ReachedService[],
  options: LogOptions,
  signal: AbortSignal,
): Promise<readonly ServiceLine[]> {
  const lines: ServiceLine[] = [];
  for (const service of services) {
    for await (const line of linesOf(service, options, signal)) lines.push({ ...line, service });
  }
  if (!lines.every(({ at }) => at !== null)) return lines;
  return lines.sort((left, right) => Date.parse(left.at ?? '') - Date.parse(right.at ?? ''));
}

export function linesOf(
  { engine, resource }: ReachedService,
  options: LogOptions,
  signal: AbortSignal,
): AsyncIterable<LogLine> {
  return engine.observer.logs({ type: resource.type, name: resource.name }, options, signal);
}
