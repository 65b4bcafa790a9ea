import type { ContainerImages } from '../../../harness/contracts/starts/container.js';
import type { Engine } from '../engine/connection.js';
import { DockerError, explain } from '../engine/errors.js';
import { inspectImage, type ImageFacts } from './inspect.js';
import { followProgress } from './progress.js';

export interface ChosenImage extends ImageFacts {
  /** As it was asked for. */
  name: string;
}

/**
 * The image that a target's nodes run: the one that the user named, else our own build or the vendor's where
 * one is there already, else the vendor's from its registry. Throws a `DockerError` where none can be had.
 */
export async function chooseImage(
  engine: Engine,
  images: ContainerImages,
  override: string | undefined,
  log: (line: string) => void,
): Promise<ChosenImage> {
  const { built, official } = images;
  const there = override === undefined ? [built, official] : [override];
  for (const name of there.filter((each) => each !== undefined)) {
    const facts = await inspectImage(engine, name);
    if (facts !== undefined) return { name, ...facts };
  }
  const wanted = override ?? official;
  if (wanted === undefined) {
    throw new DockerError('no-image', 'find an image for the nodes', `there is no ${built}`);
  }
  const problem = await pull(engine, wanted, log);
  const facts = await inspectImage(engine, wanted);
  if (facts !== undefined) return { name: wanted, ...facts };
  const without = override === undefined ? `there is no ${built}, and ` : '';
  const detail = `${without}${wanted} cannot be pulled (${problem ?? 'the engine does not have it afterwards'})`;
  throw new DockerError('no-image', 'find an image for the nodes', detail);
}

/** Undefined when it worked, else why it did not. */
async function pull(
  engine: Engine,
  name: string,
  log: (line: string) => void,
): Promise<string | undefined> {
  log(`pulling ${name}`);
  try {
    const stream = await engine.docker.pull(name);
    await followProgress(engine.docker, stream, (text) => log(`pulling ${name}: ${text.trim()}`));
    return undefined;
  } catch (error) {
    return explain(error, `pull ${name}`).detail;
  }
}
