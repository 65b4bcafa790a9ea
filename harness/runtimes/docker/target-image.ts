import type { ContainerImages } from '../../contracts/container.js';
import type { Engine } from './engine/connection.js';
import { DockerError, explain } from './engine/errors.js';
import { inspectImage, type ImageFacts } from './images/inspect.js';
import { followProgress } from './images/progress.js';

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
  for (const name of override === undefined ? [built, official] : [override]) {
    const facts = name === undefined ? undefined : await inspectImage(engine, name);
    if (name !== undefined && facts !== undefined) return { name, ...facts };
  }
  const name = override ?? official;
  const why = name === undefined ? undefined : await pull(engine, name, log);
  const facts = name === undefined ? undefined : await inspectImage(engine, name);
  if (name !== undefined && facts !== undefined) return { name, ...facts };
  const built_ = override === undefined ? `there is no ${built}, and ` : '';
  const detail = `${built_}${name ?? 'the vendor’s image'} cannot be pulled (${why ?? 'it has none'})`;
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
    await followProgress(engine.docker, await engine.docker.pull(name), (text) => log(text.trim()));
    return undefined;
  } catch (error) {
    return explain(error, `pull ${name}`).detail;
  }
}
