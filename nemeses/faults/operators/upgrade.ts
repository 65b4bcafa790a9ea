import { z } from 'zod';

import type { ClusterNode } from '../../../harness/contracts/cluster.js';
import {
  defineNemesis,
  type Evidence,
  type NemesisContext,
} from '../../../harness/contracts/nemesis.js';
import { isVersion, versionSaid } from '../../../harness/contracts/versions.js';
import { observeReturn } from '../../evidence/probes.js';
import { nodeFault } from '../../mechanisms/node-fault.js';
import {
  describeFailure,
  restartNode,
  roll,
  type Turn,
  untilServing,
} from '../../mechanisms/rolling.js';
import { drawOrder, nodeChoice, roleVariants } from '../../victims/roles.js';

const STATUS_TIMEOUT_MS = 1_000;

/** A turn with the releases before and after it, as the node told them. */
interface UpgradeTurn extends Turn {
  releases?: [string, string];
}

type Versions = NonNullable<NemesisContext['versions']>;

/** A part of the nodes, one after the other. */
const upgradeOfNodes = nodeFault({
  name: 'upgrade',
  description: 'has nodes run another version on their data, one after another (--upgrade-to)',
  needs: ['kill', 'upgrade'],
  ...roleVariants(['all', 'one', 'leader', 'minority']),
  once: true,
  parameters: nodeChoice.extend({
    from: z.string().optional(),
    to: z.string().optional(),
    /** What the first of them said that it was, before and after. */
    releases: z.tuple([z.string(), z.string()]).nullable().optional(),
  }),
  draw: drawOrder,

  async strike(nodes, _fault, context) {
    const versions = versionsOf(context);
    const turns: UpgradeTurn[] = [];
    const turnOf = async (node: ClusterNode): Promise<Turn> => {
      turns.push(await upgradeNode(node, versions, context));
      return turns[turns.length - 1];
    };
    const rolled = await roll(nodes, context, turnOf, ({ done }) => done);
    const releases = turns.at(0)?.releases ?? null;
    return { ...rolled, resolve: (parameters) => ({ ...parameters, ...versions, releases }) };
  },

  bringBack: (node, _fault, context) => observeReturn(node, 'runs', context),

  async remains(faults, context) {
    if (faults.length === 0) return [];
    const { from, to } = versionsOf(context);
    const releases = await releasesOf(context);
    if (releases.every((release) => isVersion(release, to))) return [];
    const failed = faults.flatMap(({ nodes, evidence }) =>
      evidence.observations.filter((each) => each.startsWith(`${nodes.at(-1)} does not serve`)),
    );
    const why = failed.at(0) ?? describe(releases);
    return [`${context.target.name} was not upgraded from ${from} to ${to}: ${why}`];
  },
});

/**
 * A rolling upgrade under load: each node is stopped, and started as another version on the data that it has. While
 * the fault is in force versions are mixed, where it is not of all nodes; to heal it is to upgrade the rest. A node
 * that does not come up ends the upgrade and goes back to where it was.
 */
export const upgrade = defineNemesis({
  ...upgradeOfNodes,

  async heal(fault, context) {
    if (!fault.evidence.tookEffect) return upgradeOfNodes.heal(fault, context);
    const { nodes } = context.cluster;
    const rest = nodes.filter(({ name }) => !fault.nodes.includes(name));
    return upgradeRest(rest, context);
  },
});

/** What is left of an upgrade, until every node has another version. */
async function upgradeRest(
  rest: readonly ClusterNode[],
  context: NemesisContext,
): Promise<Evidence> {
  const versions = versionsOf(context);
  const turns: Turn[] = [];
  for (const node of rest) {
    if (turns.at(-1)?.done === false) break;
    turns.push(await upgradeNode(node, versions, context));
  }
  const releases = await releasesOf(context);
  return {
    tookEffect: releases.every((release) => isVersion(release, versions.to)),
    observations: [...turns.map(({ observation }) => observation), describe(releases)],
  };
}

async function upgradeNode(
  node: ClusterNode,
  { from, to }: Versions,
  context: NemesisContext,
): Promise<UpgradeTurn> {
  const before = await releaseOf(node);
  const turn = await restartNode(node, context, { whileDown: (down) => become(down, to) });
  if (!turn.done) return goBack(node, { from, to }, turn, context);
  const after = await releaseOf(node);
  return {
    done: before !== after && isVersion(after, to),
    observation: `${turn.observation}; ran ${before ?? 'no release'}, runs ${after ?? 'none'}`,
    releases: [before ?? 'none', after ?? 'none'],
  };
}

/** What an operator does then: the old version on what is there now. */
async function goBack(
  node: ClusterNode,
  { from, to }: Versions,
  { failure, observation }: Turn,
  context: NemesisContext,
): Promise<UpgradeTurn> {
  const told = `${node.name} does not serve as ${to} on the data of ${from}: ${failure ?? observation}`;
  try {
    await node.process.kill();
    await become(node, from);
    await node.process.start();
    const serves = await untilServing(node, context);
    const now = `as ${from} ${serves ? 'it serves again' : 'neither'}`;
    return { done: false, observation: `${told}; ${now}`, failure };
  } catch (error) {
    const reason = await describeFailure(node, error);
    return { done: false, observation: `${told}; as ${from} it ${reason}`, failure };
  }
}

async function become(node: ClusterNode, version: string): Promise<void> {
  if (node.upgrade === undefined) throw new Error(`${node.name} cannot change its version`);
  await node.upgrade.changeVersion(version);
}

const releaseOf = (node: ClusterNode): Promise<string | undefined> =>
  versionSaid(node, STATUS_TIMEOUT_MS);

/** In the order of the nodes. */
function releasesOf({ cluster }: NemesisContext): Promise<(string | undefined)[]> {
  return Promise.all(cluster.nodes.map(releaseOf));
}

function describe(releases: readonly (string | undefined)[]): string {
  return `the nodes run ${releases.map((release) => release ?? 'none that answers').join(', ')}`;
}

function versionsOf({ versions }: NemesisContext): Versions {
  if (versions === undefined) throw new Error('there is no version to upgrade to');
  return versions;
}
