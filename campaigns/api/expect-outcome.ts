import type { Outcome } from '../../harness/verdict.js';

/** What `run`, `check` and `simulate` have in common. */
export interface Concluded {
  outcome: Outcome;
  sentence: string;
  replayCommand?: string | undefined;
}

/** A run has ended in something else than was expected of it. */
export class UnexpectedOutcomeError extends Error {
  override readonly name = 'UnexpectedOutcomeError';
  readonly outcome: Outcome;
  readonly expected: readonly Outcome[];
  readonly sentence: string;
  readonly replayCommand: string | undefined;

  constructor({ outcome, sentence, replayCommand }: Concluded, expected: readonly Outcome[]) {
    const replay = replayCommand === undefined ? [] : [`Replay: ${replayCommand}`];
    super([`expected ${expected.join(' or ')}, got ${outcome}: ${sentence}`, ...replay].join('\n'));
    this.outcome = outcome;
    this.expected = expected;
    this.sentence = sentence;
    this.replayCommand = replayCommand;
  }
}

/** Throws where the outcome is none of the expected ones: with what was found, and the command that has it again. */
export function expectOutcome(result: Concluded, ...expected: readonly Outcome[]): void {
  if (!expected.includes(result.outcome)) throw new UnexpectedOutcomeError(result, expected);
}
