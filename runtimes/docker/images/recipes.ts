import { createHash } from 'node:crypto';

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
  dockerfile: string;
  /** Lie beside the Dockerfile; contents by name. */
  files: Readonly<Record<string, string>>;
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
const ANY_AGE = '-o Acquire::Check-Valid-Until=false ';

/** Packages of one Debian release on its base; `lines` stand behind the installation. */
function recipe(
  family: string,
  version: string,
  suite: Suite,
  content: { packages: readonly string[]; files?: Recipe['files']; lines?: readonly string[] },
): Recipe {
  const { packages, files = {}, lines = [] } = content;
  const dockerfile = [
    `FROM ${baseTag(suite)}`,
    'ENV DEBIAN_FRONTEND=noninteractive',
    // One layer: lists that were fetched with an older layer could name packages that are gone.
    `RUN apt-get ${suite === 'sid' ? ANY_AGE : ''}-o Acquire::Retries=3 update` +
      ` && apt-get install -y --no-install-recommends ${packages.join(' ')}` +
      ' && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin',
    ...lines,
    '',
  ].join('\n');
  return { family, version, tag: `schism/${family}:${version}`, suite, dockerfile, files };
}

const etcd = { packages: ['etcd-server', 'etcd-client'] };

/**
 * The vendor's start command, over Debian's packages: theirs logs nowhere but to a file, and 3.9's has no
 * logging backend at all. `exec`, so that the server itself gets the signals.
 */
const zkServer = `#!/bin/sh
[ "$1" = start-foreground ] || { echo "usage: zkServer.sh start-foreground [FILE]" >&2; exit 64; }
configuration="\${2:-\${ZOOCFGDIR:-/conf}/zoo.cfg}"
classes="\${ZOOCFGDIR:-/conf}"
# 3.4's manifest names none of what it needs; what a release lacks is passed over.
for jar in zookeeper slf4j-api slf4j-simple log4j-1.2 netty; do
  classes="$classes:/usr/share/java/$jar.jar"
done
exec java -Dorg.slf4j.simpleLogger.showDateTime=true \\
  -Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS -Dzookeeper.jmx.log4j.disable=true \\
  $SERVER_JVMFLAGS $JVMFLAGS -cp "$classes" \\
  org.apache.zookeeper.server.quorum.QuorumPeerMain "$configuration"
`;

function zookeeper(version: string, suite: Suite, java: number): Recipe {
  return recipe('zookeeper', version, suite, {
    packages: ['zookeeper', 'libslf4j-java', `openjdk-${java}-jre-headless`],
    files: { 'zkServer.sh': zkServer },
    lines: [
      'COPY zkServer.sh /usr/local/bin/',
      'RUN chmod 755 /usr/local/bin/zkServer.sh && mkdir -p /conf /data',
    ],
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

/** Changes whenever the image would: a build with this label is reused. */
export function contentOf(recipe: Recipe): string {
  return createHash('sha256')
    .update(JSON.stringify([recipe.suite, baseExcludes, recipe.dockerfile, recipe.files]))
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
