import type { Engine } from '../engine/connection.js';
import { explain, isGone } from '../engine/errors.js';
import { LABELS } from '../engine/labels.js';
import { contentOf, recipes } from './recipes.js';

/** What the engine knows of an image that is there. */
export interface ImageFacts {
  id: string;
  /** `repository@sha256:…`, for one that came from a registry. */
  digest?: string;
  /** Its recipe's fingerprint, for one that was built here. */
  content?: string;
  bytes: number;
}

/** Undefined where the engine has no image of this name. */
export async function inspectImage(engine: Engine, tag: string): Promise<ImageFacts | undefined> {
  try {
    const found = await engine.docker.getImage(tag).inspect();
    // Labels are null in an image that has none, whatever the types say.
    const labels = (found.Config.Labels ?? {}) as Record<string, string>;
    return {
      id: found.Id,
      digest: found.RepoDigests?.[0],
      content: labels[LABELS.content],
      bytes: found.Size,
    };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw explain(error, `look at the image ${tag}`);
  }
}

/** One line of `schism images list`. `stale`: built from an older recipe; it is built anew when asked for. */
export interface ListedImage {
  tag: string;
  /** As `images build` takes it: `etcd@3.5`. */
  name: string;
  state: 'present' | 'stale' | 'missing';
  bytes?: number;
}

/** Every image that can be built here, and whether it is there. */
export async function listImages(engine: Engine): Promise<ListedImage[]> {
  const listed: ListedImage[] = [];
  for (const recipe of recipes) {
    const facts = await inspectImage(engine, recipe.tag);
    const name = `${recipe.family}@${recipe.version}`;
    const state = !facts ? 'missing' : facts.content === contentOf(recipe) ? 'present' : 'stale';
    listed.push({ tag: recipe.tag, name, state, bytes: facts?.bytes });
  }
  return listed;
}
