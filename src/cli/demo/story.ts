/** The demo from the first plan to the last service: each scene says what it shows and lets the real command show it. */
import { type DemoEngine, MANIFEST_PATH } from './demo-engine.ts';
import { git, type Scratch, startRepo, writeFiles } from './scratch.ts';
import type { Stage } from './stage.ts';

const APPLY = ['apply', 'local', '--auto-approve'] as const;
const [GREETING, NEW_GREETING] = ['Hello', 'Welcome'];

export async function playStory(
  stage: Stage,
  scratch: Scratch,
  engine: DemoEngine,
  signal: AbortSignal,
): Promise<void> {
  await startRepo(scratch, signal);
  writeFiles(scratch, engine.files(GREETING));
  await git(scratch, ['add', '--all'], signal);
  await git(scratch, ['commit', '--quiet', '--message', 'A shop: database, API and worker'], signal);

  await stage.say(
    `A scratch git repo declares an environment of three ${engine.noun} in ${MANIFEST_PATH}: a database with a volume, an HTTP API that waits for the database to be healthy, and a worker that waits for the API. Nothing runs yet.`,
  );
  await stage.trueup(['validate']);
  await stage.trueup(['plan']);
  await engine.prepare(stage);

  await stage.say('Apply starts them in the order of their dependencies, each once the health gate before it is open.');
  await stage.trueup(APPLY);
  await stage.trueup(['status']);
  await changeInGit(stage, scratch, engine, signal);
  await changeInTheWorld(stage, scratch, engine, signal);

  await stage.say('At the end everything goes, dependents first. Data would stay, but for --volumes.');
  await stage.trueup(['destroy', 'local', '--volumes', '--auto-approve']);
}

async function changeInGit(stage: Stage, scratch: Scratch, engine: DemoEngine, signal: AbortSignal): Promise<void> {
  await stage.say('Now a change the way it should be made: in git. The API gets a new greeting.');
  writeFiles(scratch, { [MANIFEST_PATH]: engine.files(NEW_GREETING)[MANIFEST_PATH] ?? '' });
  await stage.prints(`-      GREETING: ${GREETING}\n+      GREETING: ${NEW_GREETING}`);
  await stage.shows('git commit --all --message "A warmer greeting"');
  await git(scratch, ['commit', '--quiet', '--all', '--message', 'A warmer greeting'], signal);
  await stage.say('The plan names the field, both values, the line of the manifest, and what it takes.');
  await stage.trueup(['plan']);
  await stage.trueup(APPLY);
  await engine.askApi(stage, signal);
  await stage.say('What runs equals what git declares, so the next plan is empty.');
  await stage.trueup(['plan', '--detailed-exitcode']);
}

async function changeInTheWorld(
  stage: Stage,
  scratch: Scratch,
  engine: DemoEngine,
  signal: AbortSignal,
): Promise<void> {
  const { happens, healed } = engine.trouble;
  await stage.say(`Now the world changes on its own: ${happens}.`);
  const obstacle = await engine.misbehave(stage, scratch, signal);
  if (obstacle !== null) return stage.say(`That part is left out: ${obstacle}.`);
  await stage.say('Drift finds all three, and exits with status 2 so that scripts notice.');
  await stage.trueup(['drift'], 2);
  await stage.say(`Apply heals: ${healed}.`);
  await stage.trueup(APPLY);
  await stage.trueup(['drift']);
}
