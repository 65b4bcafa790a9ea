import type {
  ClockFacet,
  DiskFacet,
  MembershipFacet,
  PowerFacet,
  ResourcesFacet,
  StoredLogFacet,
  UpgradeFacet,
} from '../../../harness/contracts/cluster.js';
import type { ContainerPlan } from '../../../harness/contracts/starts/container.js';
import type { JsonObject } from '../../../harness/json.js';
import { clockInStatus } from '../../common/clock-reading.js';
import type { NodeClock } from '../clock/node-clock.js';
import type { NodeDisk } from '../disks/node-disk.js';
import { readResources, resourcesScript } from './limits.js';
import type { NodeControl, NodeControlParts } from './node-control.js';

const CLOCK_LIMIT_MS = 10_000;

/** What of a node's surroundings its facets work on. */
interface FacetParts extends NodeControlParts {
  plan: ContainerPlan;
}

/** What the node itself tells. */
interface Teller {
  status(timeoutMs: number): Promise<JsonObject | undefined>;
  logTail(lines: number): Promise<string>;
}

/** Of a node with a disk of its own. */
export function powerFacet({ plan }: FacetParts, control: NodeControl, disk: NodeDisk): PowerFacet {
  return {
    /** One that is down has lost nothing: its disk was unmounted when it ended, and with that written. */
    async cut() {
      if (control.isDown) return { lostBytes: 0, lostFiles: 0 };
      await control.endBy((pid) => disk.cut(pid, plan.dataDirectory));
      return disk.loss();
    },
  };
}

/** A full or slow disk is mended under a node that runs; from any other it is killed. */
export function diskFacet(control: NodeControl, disk: NodeDisk): DiskFacet {
  const mend = async (): Promise<void> => {
    if (disk.holdsNode) await control.kill();
    await disk.mend();
  };
  return {
    async break(fault) {
      await mend();
      await disk.break(fault);
    },
    mend,
    probe: () => disk.probe(),
  };
}

/** `logFiles` is the pattern of the target's log. */
export function storedLogFacet(disk: NodeDisk, logFiles: string): StoredLogFacet {
  return {
    damage: (damage) => disk.damage(logFiles, damage),
    restore: () => disk.undoDamage(),
  };
}

export function clockFacet(
  { plan, sideAddress, clock, name }: FacetParts,
  control: NodeControl,
  nodeClock: NodeClock,
  node: Teller,
): ClockFacet {
  const choose = async (skew: Parameters<NodeClock['choose']>[0]): Promise<void> => {
    await nodeClock.choose(skew);
    await control.setClock();
  };
  return {
    skew: choose,
    putRight: () => choose(null),
    read() {
      if (plan.readClock === undefined) {
        return clockInStatus(name, () => node.status(CLOCK_LIMIT_MS), clock);
      }
      const logTail = (lines: number): Promise<string> => node.logTail(lines);
      return plan.readClock({ address: sideAddress, logTail }, CLOCK_LIMIT_MS);
    },
  };
}

export function resourcesFacet({ container, helper, name }: FacetParts): ResourcesFacet {
  return {
    async read() {
      const { Pid } = await container.look('find');
      return readResources(await helper.run(resourcesScript(Pid), `see what node ${name} takes`));
    },
    limitMemory: (bytes) => container.limit('memory', bytes),
    limitCpu: (cpus) => container.limit('cpu', cpus),
  };
}

export function upgradeFacet({ container }: FacetParts, control: NodeControl): UpgradeFacet {
  return {
    async changeVersion(version) {
      control.requireDown();
      await container.changeVersion(version);
    },
  };
}

export function membershipFacet({ container }: FacetParts, control: NodeControl): MembershipFacet {
  return {
    async joinAnew(members) {
      control.requireDown();
      await container.rejoin(members);
    },
  };
}
