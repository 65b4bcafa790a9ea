import type { Link } from '../../../harness/contracts/cluster.js';
import type { LinkRule } from './rules.js';
import type { LinkShape } from './shaping.js';

export type LinkState = LinkRule & LinkShape;

export const OPEN: LinkState = { cut: false, lossPercent: 0, duplicatePercent: 0 };

/** What is wanted of each link, whether or not it is in force yet. */
export class WantedLinks {
  private readonly states = new Map<string, LinkState>();

  get(link: Link): LinkState {
    return this.states.get(keyOf(link)) ?? OPEN;
  }

  /** Undefined where nothing slows or disturbs what passes. */
  shape(link: Link): LinkShape | undefined {
    const state = this.get(link);
    const { delayMs, jitterMs, bandwidth, reorderPercent } = state;
    return [delayMs, jitterMs, bandwidth, reorderPercent].some(Boolean) ? state : undefined;
  }

  /** Wants something else of these links; gives those that were not cut before and are now. */
  change(links: readonly Link[], change: (state: LinkState) => LinkState): Link[] {
    return links.filter((link) => {
      const before = this.get(link);
      const after = change(before);
      this.states.set(keyOf(link), after);
      return after.cut && !before.cut;
    });
  }

  /** Those that are not open. */
  get disturbed(): Link[] {
    return [...this.states]
      .filter(([, state]) => state !== OPEN)
      .map(([key]) => {
        const [from, to] = key.split('>');
        return { from, to };
      });
  }
}

function keyOf({ from, to }: Link): string {
  return `${from}>${to}`;
}
