import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CommandError,
  pipeCommand,
  requireSuccess,
  runCommand,
  tryCommand,
} from '../../../harness/machine/command.js';
import type { Engine } from '../engine/connection.js';
import { DockerError, explain } from '../engine/errors.js';
import { LABELS } from '../engine/labels.js';
import { baseExcludes, baseTag, type Suite } from './recipes.js';
import { followProgress } from './progress.js';

/**
 * A minimal Debian as an image, from the first of these that works: the registry's own, or debootstrap on this
 * machine (Debian and its kin, as root). Throws a `DockerError` that tells of both.
 */
export async function makeBase(
  engine: Engine,
  suite: Suite,
  log: (line: string) => void,
): Promise<void> {
  const pulled = await pullBase(engine, suite, log);
  if (pulled === undefined) return;
  log(`${baseTag(suite)}: no registry (${pulled}); debootstrap instead, about half a minute`);
  const why = await cannotDebootstrap();
  if (why !== undefined) {
    throw new DockerError(
      'build',
      `make the base of Debian ${suite}`,
      `${pulled}; and debootstrap cannot stand in, because ${why}`,
    );
  }
  await debootstrap(engine, suite);
}

/** Undefined when it worked, else why it did not. */
async function pullBase(
  engine: Engine,
  suite: Suite,
  log: (line: string) => void,
): Promise<string | undefined> {
  const official = `debian:${suite}-slim`;
  const [repo, tag] = baseTag(suite).split(':');
  try {
    const stream = await engine.docker.pull(official);
    await followProgress(engine.docker, stream, (text) => log(`${official}: ${text.trim()}`));
    await engine.docker.getImage(official).tag({ repo, tag });
    return undefined;
  } catch (error) {
    return explain(error, `pull ${official}`).detail;
  }
}

async function cannotDebootstrap(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'it runs on Linux alone';
  if (process.getuid?.() !== 0) return 'it wants root (run "sudo npx schism images build" once)';
  const { exitCode } = await tryCommand('debootstrap', ['--version']);
  return exitCode === 0
    ? undefined
    : 'it is not installed ("apt-get install debootstrap xz-utils")';
}

async function debootstrap(engine: Engine, suite: Suite): Promise<void> {
  const doing = `make the base of Debian ${suite} with debootstrap`;
  const directory = await mkdtemp(join(tmpdir(), `schism-${suite}-`));
  try {
    const root = join(directory, 'root');
    await runCommand('debootstrap', ['--variant=minbase', suite, root]);
    await runCommand('chroot', [root, 'apt-get', 'clean']);
    await importDirectory(engine, root, suite);
  } catch (error) {
    throw error instanceof CommandError
      ? new DockerError('build', doing, error.message)
      : explain(error, doing);
  } finally {
    await removeTree(directory);
  }
}

async function importDirectory(engine: Engine, root: string, suite: Suite): Promise<void> {
  const excludes = baseExcludes.map((pattern) => `--exclude=${pattern}`);
  const tar = pipeCommand('tar', ['-C', root, ...excludes, '--numeric-owner', '-c', '.']);
  const [repo, tag] = baseTag(suite).split(':');
  const changes = [`LABEL ${LABELS.image}=base ${LABELS.content}=${suite}`];
  const stream = await engine.docker.importImage(tar.stdout, { repo, tag, changes });
  await followProgress(engine.docker, stream, () => {});
  // An archive that ends too early is an image to the engine, too.
  requireSuccess(await tar.ended);
}

/** debootstrap that was broken off leaves /proc mounted in there; nothing outside may be removed through it. */
async function removeTree(directory: string): Promise<void> {
  const mounts = await readFile('/proc/self/mounts', 'utf8').catch(() => '');
  const inside = mounts
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${directory}/`));
  for (const path of inside.reverse()) await tryCommand('umount', [path]);
  await tryCommand('rm', ['-rf', '--one-file-system', directory]);
}
