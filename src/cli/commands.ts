/** The commands, in the order of the help. Only the one that is asked for is loaded. */
import type { CommandDefinition } from './define-command.ts';

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<{ readonly command: CommandDefinition }>;
}

export const COMMANDS: readonly CommandEntry[] = [
  { name: 'init', summary: 'make a first environment in this repo', load: () => import('./commands/init.ts') },
  {
    name: 'import',
    summary: 'write manifests of what runs already, or of a Procfile',
    load: () => import('./commands/import.ts'),
  },
  { name: 'validate', summary: 'check the manifests', load: () => import('./commands/validate.ts') },
  { name: 'show', summary: 'print an environment, fully resolved', load: () => import('./commands/show.ts') },
  { name: 'plan', summary: 'show what apply would do, and why', load: () => import('./commands/plan.ts') },
  { name: 'apply', summary: 'make what runs equal to what git declares', load: () => import('./commands/apply.ts') },
  { name: 'destroy', summary: 'remove an environment, or parts of it', load: () => import('./commands/destroy.ts') },
  { name: 'start', summary: 'start what was stopped', load: () => import('./commands/start.ts') },
  { name: 'stop', summary: 'stop services on purpose; they stay stopped', load: () => import('./commands/stop.ts') },
  { name: 'restart', summary: 'stop services and start them again', load: () => import('./commands/restart.ts') },
  { name: 'suspend', summary: 'suspend VMs to disk', load: () => import('./commands/suspend.ts') },
  { name: 'resume', summary: 'let suspended VMs go on', load: () => import('./commands/resume.ts') },
  {
    name: 'snapshot',
    summary: 'keep what a VM is, bring it back, carry it elsewhere',
    load: () => import('./commands/snapshot.ts'),
  },
  { name: 'rollback', summary: 'apply an earlier revision', load: () => import('./commands/rollback.ts') },
  {
    name: 'bisect',
    summary: 'find the commit that broke an environment, in a copy of it',
    load: () => import('./commands/bisect.ts'),
  },
  { name: 'pull', summary: 'ask registries for newer images', load: () => import('./commands/pull.ts') },
  { name: 'status', summary: 'show what runs, and how well', load: () => import('./commands/status.ts') },
  { name: 'health', summary: 'show how well services are, and were', load: () => import('./commands/health.ts') },
  { name: 'history', summary: 'show earlier runs and how they ended', load: () => import('./commands/history.ts') },
  {
    name: 'diff',
    summary: 'show what two revisions declare otherwise',
    load: () => import('./commands/diff.ts'),
  },
  {
    name: 'parity',
    summary: 'hold one environment against another',
    load: () => import('./commands/parity.ts'),
  },
  {
    name: 'observe',
    summary: 'save what runs, to plan from it elsewhere',
    load: () => import('./commands/observe.ts'),
  },
  { name: 'drift', summary: 'show what changed outside of git', load: () => import('./commands/drift.ts') },
  {
    name: 'explain',
    summary: 'show who declared each field, and why the plan is as it is',
    load: () => import('./commands/explain.ts'),
  },
  {
    name: 'serve',
    summary: 'hold environments true to git, for as long as it runs',
    load: () => import('./commands/serve.ts'),
  },
  { name: 'events', summary: 'show what happens, as it happens', load: () => import('./commands/events.ts') },
  { name: 'logs', summary: 'show what services wrote', load: () => import('./commands/logs.ts') },
  { name: 'exec', summary: 'run a command inside a service', load: () => import('./commands/exec.ts') },
  { name: 'console', summary: 'talk to the serial console of a VM', load: () => import('./commands/console.ts') },
  { name: 'kubeconfig', summary: 'print how to reach a cluster', load: () => import('./commands/kubeconfig.ts') },
  {
    name: 'load',
    summary: 'put images into the nodes of a cluster',
    load: () => import('./commands/load.ts'),
  },
  { name: 'kubectl', summary: 'run kubectl on a cluster', load: () => import('./commands/kubectl.ts') },
  {
    name: 'watch',
    summary: 'reconcile at every save, and show what runs',
    load: () => import('./commands/watch.ts'),
  },
  {
    name: 'hook',
    summary: 'let git start a reconcile of what it changes',
    load: () => import('./commands/hook.ts'),
  },
  { name: 'freeze', summary: 'leave something alone while you debug it', load: () => import('./commands/freeze.ts') },
  { name: 'lock', summary: 'show and release locks', load: () => import('./commands/lock.ts') },
  { name: 'graph', summary: 'draw the dependencies (Mermaid, DOT, SVG)', load: () => import('./commands/graph.ts') },
  {
    name: 'report',
    summary: 'make one page of a plan, a run, drift or a parity',
    load: () => import('./commands/report.ts'),
  },
  { name: 'doctor', summary: 'check what trueup needs on this machine', load: () => import('./commands/doctor.ts') },
  { name: 'schema', summary: 'print a JSON Schema', load: () => import('./commands/schema.ts') },
  {
    name: 'completion',
    summary: 'print a completion script for a shell',
    load: () => import('./commands/completion.ts'),
  },
  {
    name: 'demo',
    summary: 'show all of it in a scratch repo, in under 30 seconds',
    load: () => import('./commands/demo.ts'),
  },
];
