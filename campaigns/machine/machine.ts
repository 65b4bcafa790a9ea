import { createRealClock } from '../../harness/environment/real.js';
import { clean, type Cleaned, type Leftover } from '../../runtimes/docker/clean.js';
import { doctor, type Finding } from '../../runtimes/docker/doctor.js';
import { connectEngine, type Engine } from '../../runtimes/docker/engine/connection.js';
import { DockerError } from '../../runtimes/docker/engine/errors.js';
import { buildImages } from '../../runtimes/docker/images/build.js';
import { type ListedImage, listImages } from '../../runtimes/docker/images/inspect.js';
import { UsageError } from '../definitions/usage-error.js';

export type { Cleaned, Leftover };

/** `schism doctor`: what this machine can do, each thing tried for real. */
export function doctorCampaign(): Promise<Finding[]> {
  return doctor();
}

export interface CleanRequest {
  /** All of this run, also where it was kept. */
  run?: string;
}

/** `schism clean`: what dead controllers left is removed, and nothing else. */
export async function cleanCampaign(
  { run }: CleanRequest,
  say: (line: string) => void,
): Promise<Cleaned> {
  return clean(await engineIfAny(say), createRealClock(), { run });
}

/** Processes can be cleaned up without an engine; that there is none is said all the same. */
async function engineIfAny(say: (line: string) => void): Promise<Engine | undefined> {
  try {
    return await connectEngine();
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    say(`containers are left out: ${error.message}`);
    return undefined;
  }
}

export interface ImagesRequest {
  /** Such as `etcd`, `etcd@3.3`, `helper`; all of them where there is none. */
  names: readonly string[];
  /** Where finished images are kept and taken from. */
  cacheDirectory?: string;
}

/** `schism images build`. Throws a `UsageError` on a name that is none. */
export async function buildImagesCampaign(
  { names, cacheDirectory }: ImagesRequest,
  say: (line: string) => void,
): Promise<void> {
  try {
    await buildImages(await connectEngine(), createRealClock(), names, say, { cacheDirectory });
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}

/** `schism images list`: every image that can be built here, and whether it is there. */
export async function listImagesCampaign(): Promise<ListedImage[]> {
  return listImages(await connectEngine());
}
