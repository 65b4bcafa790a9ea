import type { CheckResult } from '../../../harness/verdict.js';
import type { Html } from '../../markup/escape.js';

/** Where lines are to be read: a terminal, or a log that has no colours and any width. */
export interface LineOptions {
  color: boolean;
  columns?: number;
}

/** One of the figures at the top of a report. */
export interface KeyFigure {
  label: string;
  value: string;
  note: string;
}

/**
 * How reports show what one checker found. Whoever shows a run asks for views and knows no checker by name: what is
 * particular to a kind of evidence stands in its view.
 */
export interface EvidenceView {
  /** What the evidence says, in one sentence. */
  sentence: string;
  /** What speaks against the system, for a terminal or a log; nothing where the summary of the check says all of it. */
  violationLines(options: LineOptions): string[];
  /** What the verdict rests on: lines that `schism check` prints below every verdict. */
  basisLines?(): string[];
  /** What `schism check --explain` prints besides. */
  explanationLines?(options: LineOptions): string[];
  /** Why nothing that keeps its promise can have done this: the end of a sentence about a violation. */
  because?: string;
  /** What was found was seen inside of the nodes, and by no client. */
  seenInside?: boolean;
  /** Figures for the top of a report. */
  keyFigures?(): KeyFigure[];
  /** Sections in front of the list of checks. */
  sections?(): Html;
  /** What stands in the entry of the check in that list. */
  entry?(): Html;
  /** Sections behind the faults, for readers who want to see how the history can be explained. */
  appendix?(): Html;
}

/** What a view may know of the check besides its evidence. */
export type CheckHead = Pick<CheckResult, 'checker' | 'verdict'>;

/** Makes the view of one kind of evidence. */
export type ViewMaker<Evidence> = (evidence: Evidence, check: CheckHead) => EvidenceView;
