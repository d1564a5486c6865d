/** What the facts of an engine mean for whoever declares something on it. */
import type { DockerFacts } from '../facts.ts';

export function limitsOf(facts: DockerFacts): readonly string[] {
  const { updates_limits: limits, updates_restart: restart } = facts;
  const fixed = [...(limits ? [] : ['resource limits']), ...(restart ? [] : ['the restart policy'])].join(' and ');
  return [
    ...(fixed === '' ? [] : [`${fixed} cannot be changed in place: a container is replaced for them`]),
    ...(facts.start_interval ? [] : ['`start_interval` of a health check is an error at its line']),
    ...(facts.health_timers
      ? []
      : ['it runs no health checks by itself: trueup runs them at its gates, and status shows no verdict']),
  ];
}
