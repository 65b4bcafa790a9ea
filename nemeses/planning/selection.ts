import type { Nemesis } from '../../harness/contracts/nemesis.js';

/** A fault that a user asked for, with those of its variants that may be planned. */
export interface FaultSelection {
  nemesis: Nemesis;
  variants: readonly string[];
}

/** A fault, or a variant of one, that nobody knows; `valid` are the names that there are. */
export class UnknownFaultError extends Error {
  override readonly name = 'UnknownFaultError';
  readonly kind: 'fault' | 'variant';
  readonly given: string;
  readonly valid: readonly string[];

  constructor(kind: 'fault' | 'variant', given: string, valid: readonly string[]) {
    super(`Unknown ${kind} "${given}"; there are: ${valid.join(', ')}.`);
    this.kind = kind;
    this.given = given;
    this.valid = valid;
  }
}

/** A fault that goes by who leads, where nobody leads. */
export class NoLeaderError extends Error {
  override readonly name = 'NoLeaderError';
  readonly given: string;

  constructor(given: string) {
    super(`${given} goes by who leads, and here nobody is known to.`);
    this.given = given;
  }
}

/**
 * Reads `partition,kill:leader,kill:all`: faults, each with all its usual variants or with those named
 * behind a colon. An empty text is no fault. Where nobody is known to lead, variants that go by who leads are left out
 * unless they are asked for by name. Throws an `UnknownFaultError`, or a `NoLeaderError`.
 */
export function parseFaults(
  text: string,
  nemeses: Readonly<Record<string, Nemesis>>,
  hasLeader = true,
): FaultSelection[] {
  const variants = new Map<string, Set<string>>();
  const terms = text.split(',').map((term) => term.trim());
  for (const term of terms.filter((each) => each !== '')) {
    const [name, variant] = splitTerm(term);
    if (!Object.hasOwn(nemeses, name)) {
      throw new UnknownFaultError('fault', name, Object.keys(nemeses));
    }
    const { variants: usual, onRequest = [], byLeader = [] } = nemeses[name];
    const known = [...usual, ...onRequest];
    if (variant !== undefined && !known.includes(variant)) {
      throw new UnknownFaultError(
        'variant',
        term,
        known.map((each) => `${name}:${each}`),
      );
    }
    const asked = variant === undefined ? usual : [variant];
    const possible = asked.filter((each) => hasLeader || !byLeader.includes(each));
    if (possible.length === 0) throw new NoLeaderError(term);
    const chosen = variants.get(name) ?? new Set();
    possible.forEach((each) => chosen.add(each));
    variants.set(name, chosen);
  }
  return [...variants].map(([name, chosen]) => ({
    nemesis: nemeses[name],
    variants: [...chosen],
  }));
}

function splitTerm(term: string): [string, string | undefined] {
  const colon = term.indexOf(':');
  return colon < 0 ? [term, undefined] : [term.slice(0, colon), term.slice(colon + 1)];
}
