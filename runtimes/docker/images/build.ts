import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Clock } from '../../../harness/environment/environment.js';
import { lastLines } from '../../../harness/text/lines.js';
import { formatSeconds } from '../../../harness/text/time.js';
import { startStopwatch } from '../../../harness/environment/elapsed.js';
import type { Engine } from '../engine/connection.js';
import { DockerError, explain } from '../engine/errors.js';
import { LABELS } from '../engine/labels.js';
import { packFiles } from '../engine/tar.js';
import { makeBase } from './base.js';
import { inspectImage } from './inspect.js';
import { followProgress } from './progress.js';
import { baseTag, contentOf, contextOf, findRecipes, type Recipe } from './recipes.js';

export interface BuildOptions {
  /**
   * Keeps finished images as archives, and takes them from there: a directory, for CI. SCHISM_IMAGE_CACHE
   * where it is not given.
   */
  cacheDirectory?: string;
}

/** How one image came to be there. */
export interface BuiltImage {
  tag: string;
  how: 'reused' | 'loaded' | 'built';
  tookMs: number;
}

/**
 * Makes the images that these names ask for (`etcd`, `etcd@3.3`, `raft`; all where there are none). One that is
 * there with the same recipe is reused. Throws a RangeError for an unknown name and a `DockerError` with the
 * failed step and the end of its output.
 */
export async function buildImages(
  engine: Engine,
  clock: Clock,
  names: readonly string[],
  log: (line: string) => void,
  options: BuildOptions = {},
): Promise<BuiltImage[]> {
  const cacheDirectory = options.cacheDirectory ?? process.env.SCHISM_IMAGE_CACHE;
  const done: BuiltImage[] = [];
  for (const recipe of findRecipes(names)) {
    const elapsedMs = startStopwatch(clock);
    const how = await provide(engine, recipe, log, cacheDirectory);
    const tookMs = Math.round(elapsedMs());
    log(`${recipe.tag}: ${how}${how === 'reused' ? '' : ` in ${formatSeconds(tookMs)}`}`);
    done.push({ tag: recipe.tag, how, tookMs });
  }
  return done;
}

async function provide(
  engine: Engine,
  recipe: Recipe,
  log: (line: string) => void,
  cacheDirectory: string | undefined,
): Promise<BuiltImage['how']> {
  const archive = cacheDirectory ? join(cacheDirectory, archiveName(recipe)) : undefined;
  if (await isCurrent(engine, recipe)) return 'reused';
  if (archive !== undefined && (await load(engine, recipe, archive))) return 'loaded';
  if ((await inspectImage(engine, baseTag(recipe.suite))) === undefined) {
    log(`${baseTag(recipe.suite)}: making it`);
    await makeBase(engine, recipe.suite, log);
  }
  await build(engine, recipe, log);
  if (archive !== undefined) await save(engine, recipe, archive);
  return 'built';
}

function archiveName(recipe: Recipe): string {
  return `${recipe.family}-${recipe.version}-${contentOf(recipe)}.tar.gz`;
}

async function isCurrent(engine: Engine, recipe: Recipe): Promise<boolean> {
  return (await inspectImage(engine, recipe.tag))?.content === contentOf(recipe);
}

async function build(engine: Engine, recipe: Recipe, log: (line: string) => void): Promise<void> {
  const context = await packFiles(contextOf(recipe));
  let output = '';
  let step = 'its first step';
  const onText = (text: string): void => {
    output = (output + text).slice(-50_000);
    if (!text.startsWith('Step ')) return;
    step = text.trim();
    log(`${recipe.tag}: ${step.slice(0, 90)}`);
  };
  try {
    const stream = await engine.docker.buildImage(context, {
      t: recipe.tag,
      buildargs: recipe.buildArguments,
      labels: { [LABELS.image]: recipe.family, [LABELS.content]: contentOf(recipe) },
      forcerm: true,
    });
    await followProgress(engine.docker, stream, onText);
  } catch (error) {
    const { code, detail } = explain(error, `build ${recipe.tag}`);
    const facts = `${detail}, at ${step}, after\n${lastLines(output, 20)}\n`;
    throw new DockerError(code === 'disk-full' ? code : 'build', `build ${recipe.tag}`, facts);
  }
}

async function load(engine: Engine, recipe: Recipe, archive: string): Promise<boolean> {
  const file = createReadStream(archive);
  const opened = await new Promise<boolean>((resolve) => {
    file.once('open', () => resolve(true)).once('error', () => resolve(false));
  });
  if (!opened) return false;
  try {
    await followProgress(engine.docker, await engine.docker.loadImage(file), () => {});
  } catch (error) {
    throw explain(error, `load ${archive} into the engine`);
  }
  return await isCurrent(engine, recipe);
}

/** Under another name first: what is found in the cache is whole. */
async function save(engine: Engine, recipe: Recipe, archive: string): Promise<void> {
  const partial = `${archive}.${process.pid}.partial`;
  try {
    await mkdir(join(archive, '..'), { recursive: true });
    const stream = (await engine.docker.getImage(recipe.tag).get()) as Readable;
    await pipeline(stream, createGzip({ level: 1 }), createWriteStream(partial));
    await rename(partial, archive);
  } catch (error) {
    await rm(partial, { force: true });
    throw explain(error, `keep ${recipe.tag} as ${archive}`);
  }
}
