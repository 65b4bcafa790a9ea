import { spawn } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../engine/connection.js';
import { DockerError, explain } from '../engine/errors.js';
import { LABELS } from '../engine/labels.js';
import { baseExcludes, baseTag, type Suite } from './recipes.js';
import { followProgress, lastLines } from './progress.js';

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
  const found = await run('debootstrap', ['--version']).catch(() => undefined);
  return found === undefined
    ? 'it is not installed ("apt-get install debootstrap xz-utils")'
    : undefined;
}

async function debootstrap(engine: Engine, suite: Suite): Promise<void> {
  const doing = `make the base of Debian ${suite} with debootstrap`;
  const directory = await mkdtemp(join(tmpdir(), `schism-${suite}-`));
  try {
    const root = join(directory, 'root');
    await run('debootstrap', ['--variant=minbase', suite, root]);
    await run('chroot', [root, 'apt-get', 'clean']);
    await importDirectory(engine, root, suite);
  } catch (error) {
    throw error instanceof CommandFailure
      ? new DockerError('build', doing, error.message)
      : explain(error, doing);
  } finally {
    await removeTree(directory);
  }
}

async function importDirectory(engine: Engine, root: string, suite: Suite): Promise<void> {
  const excludes = baseExcludes.map((pattern) => `--exclude=${pattern}`);
  const tar = spawn('tar', ['-C', root, ...excludes, '--numeric-owner', '-c', '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [repo, tag] = baseTag(suite).split(':');
  const changes = [`LABEL ${LABELS.image}=base ${LABELS.content}=${suite}`];
  const stream = await engine.docker.importImage(tar.stdout, { repo, tag, changes });
  await followProgress(engine.docker, stream, () => {});
}

/** debootstrap that was broken off leaves /proc mounted in there; nothing outside may be removed through it. */
async function removeTree(directory: string): Promise<void> {
  const mounts = await readFile('/proc/self/mounts', 'utf8').catch(() => '');
  const inside = mounts
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${directory}/`));
  for (const path of inside.reverse()) await run('umount', [path]).catch(() => undefined);
  await run('rm', ['-rf', '--one-file-system', directory]).catch(() => undefined);
}

class CommandFailure extends Error {}

/** A command of this machine; what it printed. Throws with its last lines. */
function run(file: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-100_000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new CommandFailure(`"${file}" ended with ${code}:\n${lastLines(output, 15)}`));
    });
  });
}
