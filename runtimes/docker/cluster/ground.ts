import type { JsonObject } from '../../../harness/json.js';
import { withDisks } from '../disks/node-disk.js';
import { explain } from '../engine/errors.js';
import { inspectImage } from '../images/inspect.js';
import { helperTag } from '../images/recipes.js';
import { chooseImage, type ChosenImage } from '../images/target-image.js';
import { Helper } from '../network/helper.js';
import { type ClusterIdentity, type ClusterParts, hasDisks } from './parts.js';

/** The images of a cluster's nodes, and what a run's record says of them. */
interface ClusterImages {
  /** By version: where the run begins, and where its upgrades lead. */
  images: ReadonlyMap<string, ChosenImage>;
  facts: JsonObject;
}

/** Throws a `DockerError` where one cannot be had. */
export async function chooseImages(parts: ClusterParts): Promise<ClusterImages> {
  const { engine, plan, options, spec, log } = parts;
  const { version, upgradeTo } = spec;
  const image = await chooseImage(engine, plan.image(version), options.image, log);
  const images = new Map([[version, image]]);
  const facts: JsonObject = {
    image: image.name,
    imageId: image.id,
    imageDigest: image.digest,
    engine: engine.version,
    kernel: engine.kernel,
  };
  if (upgradeTo !== undefined) {
    const next = await chooseImage(engine, plan.image(upgradeTo), undefined, log);
    images.set(upgradeTo, next);
    Object.assign(facts, { upgradeImage: next.name, upgradeImageId: next.id });
  }
  const names = [...images.values()].map(({ name }) => name);
  log(`image ${names.join(', then ')}, engine ${engine.version}`);
  return { images, facts };
}

/** The container that does things to nodes, with a volume for their disks where they have some. */
export async function startHelper(parts: ClusterParts, identity: ClusterIdentity): Promise<Helper> {
  const { engine } = parts;
  const options = { name: `${identity.name}-helper`, labels: identity.labels };
  if (!hasDisks(parts)) return Helper.start(engine, options);
  const volume = await createDisksVolume(parts, identity);
  return Helper.start(engine, { ...options, ...withDisks(volume) });
}

/** Where the files lie that nodes' disks are made of. */
async function createDisksVolume(
  { engine }: ClusterParts,
  identity: ClusterIdentity,
): Promise<string> {
  const name = `${identity.name}-disks`;
  try {
    await engine.docker.createVolume({ Name: name, Labels: identity.labels });
  } catch (error) {
    throw explain(error, `create the volume ${name}`);
  }
  return name;
}

/** Throws a `DockerError` where nobody has built it. */
export async function requireHelperImage({ engine }: ClusterParts): Promise<void> {
  if ((await inspectImage(engine, helperTag)) !== undefined) return;
  throw explain(new Error(`no such image: ${helperTag}`), 'find the helper’s image');
}

/** The engine picks a free range of addresses: it knows its networks and its host's routes. */
export async function createNetwork(
  { engine }: ClusterParts,
  { name, labels }: ClusterIdentity,
): Promise<string> {
  try {
    const network = await engine.docker.createNetwork({
      Name: name,
      Driver: 'bridge',
      CheckDuplicate: true,
      Labels: labels,
    });
    return network.id;
  } catch (error) {
    throw explain(error, `create the network ${name}`);
  }
}
