import { createHash } from 'node:crypto';
import { readAsset } from '../../../harness/machine/asset.js';

/** Debian releases that the recipes stand on. */
export type Suite = 'sid' | 'trixie' | 'bookworm' | 'bullseye';

/** An image that is made here out of Debian's packages. */
export interface Recipe {
  /** What a person asks for: `etcd`, and `etcd@3.5` for one version of it. */
  family: string;
  version: string;
  /** `schism/etcd:3.5`. */
  tag: string;
  suite: Suite;
  /** Files of `context/` that make the Dockerfile, one behind the other. */
  dockerfile: readonly string[];
  /** Values of the Dockerfile's ARGs. */
  buildArguments: Readonly<Record<string, string>>;
  /** Files of `context/` that lie beside it. */
  files: readonly string[];
}

/**
 * Left out of the base: documentation and translations, which no node reads. The certificates of the machine
 * it was made on are no part of a Debian base either way.
 */
export const baseExcludes: readonly string[] = [
  './usr/share/doc/*',
  './usr/share/man/*',
  './usr/share/locale/*',
  './var/cache/apt/*',
  './var/lib/apt/lists/*',
];

export function baseTag(suite: Suite): string {
  return `schism/base:${suite}`;
}

/**
 * sid's index is good for a week, for mirrors that lag or whose suite is frozen would pass for current: a machine
 * with such a mirror, or none but an old snapshot, could not install anything. What the check guards against is
 * to be kept on old packages, and these images are made to run known old versions; signatures are checked all
 * the same. Releases have no such date, and their recipes stay as they are.
 */
const ANY_AGE = '-o Acquire::Check-Valid-Until=false';

/** Packages of one Debian release on its base; further lines stand behind the installation. */
function recipe(
  family: string,
  version: string,
  suite: Suite,
  content: { packages: readonly string[]; files?: readonly string[]; lines?: readonly string[] },
): Recipe {
  const { packages, files = [], lines = [] } = content;
  const buildArguments = {
    BASE: baseTag(suite),
    APT_OPTIONS: suite === 'sid' ? ANY_AGE : '',
    PACKAGES: packages.join(' '),
  };
  const dockerfile = ['packages.Dockerfile', ...lines];
  const tag = `schism/${family}:${version}`;
  return { family, version, tag, suite, dockerfile, buildArguments, files };
}

const etcd = { packages: ['etcd-server', 'etcd-client'] };

function zookeeper(version: string, suite: Suite, java: number): Recipe {
  return recipe('zookeeper', version, suite, {
    packages: ['zookeeper', 'libslf4j-java', `openjdk-${java}-jre-headless`],
    files: ['zkServer.sh'],
    lines: ['zookeeper.Dockerfile'],
  });
}

/**
 * Every image that `schism images build` can make. sid moves on: an image that is built from it later than this
 * was written may hold a newer version than its name says, which every run with it tells.
 */
export const recipes: readonly Recipe[] = [
  recipe('etcd', '3.5', 'trixie', etcd),
  recipe('etcd', '3.5.30', 'sid', etcd),
  recipe('etcd', '3.4', 'bookworm', etcd),
  recipe('etcd', '3.3', 'bullseye', etcd),
  zookeeper('3.9', 'trixie', 21),
  zookeeper('3.9.6', 'sid', 21),
  zookeeper('3.8', 'bookworm', 17),
  zookeeper('3.4', 'bullseye', 11),
  recipe('consul', '1.8', 'bullseye', { packages: ['consul'] }),
  recipe('node', '20', 'trixie', { packages: ['nodejs'] }),
  recipe('helper', '1', 'trixie', { packages: ['nftables', 'iproute2', 'e2fsprogs'] }),
];

/** What the engine builds it from: contents by name. */
export function contextOf({ dockerfile, files }: Recipe): Record<string, string> {
  const read = (name: string): string => readAsset(`./context/${name}`, import.meta.url);
  return {
    Dockerfile: dockerfile.map(read).join(''),
    ...Object.fromEntries(files.map((name) => [name, read(name)])),
  };
}

/** Changes whenever the image would: a build with this label is reused. */
export function contentOf(recipe: Recipe): string {
  const { suite, buildArguments } = recipe;
  return createHash('sha256')
    .update(JSON.stringify([suite, baseExcludes, buildArguments, contextOf(recipe)]))
    .digest('hex')
    .slice(0, 16);
}

/** The image that the harness itself needs beside the target's. */
export const helperTag = 'schism/helper:1';
/** Debian's Node.js, for nodes of ours. */
export const nodeTag = 'schism/node:20';

/** Families whose nodes are ours and run on the same image. */
const aliases: Readonly<Record<string, string>> = { raft: 'node', zab: 'node' };

/**
 * The recipes that these names ask for (`etcd`, `etcd@3.3`, `raft`, …), all where there are none, each once.
 * Throws a RangeError that lists what there is.
 */
export function findRecipes(names: readonly string[]): readonly Recipe[] {
  if (names.length === 0) return recipes;
  const wanted = new Set<Recipe>();
  for (const name of names) {
    const [asked, version] = name.split('@');
    const family = Object.hasOwn(aliases, asked) ? aliases[asked] : asked;
    const found = recipes.filter(
      (candidate) =>
        candidate.family === family && (version === undefined || candidate.version === version),
    );
    if (found.length === 0) {
      const known = recipes.map((each) => `${each.family}@${each.version}`).join(', ');
      throw new RangeError(`There is no image "${name}" to build; there are ${known}.`);
    }
    for (const each of found) wanted.add(each);
  }
  return [...wanted];
}
