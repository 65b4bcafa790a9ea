import type { Clock } from '../environment/environment.js';
import type { History } from '../history/operation.js';
import type { JsonObject } from '../json.js';
import type { CheckResult } from '../verdict.js';

/** What a checker may use up; past either its verdict is `unknown`, promptly. */
export interface CheckLimits {
  timeMs: number;
  memoryBytes: number;
}

/** How far a check has come, for people who wait. */
export interface CheckProgress {
  checker: string;
  /** What is being counted ("keys", "operations"), and how many of how many are done. */
  unit: string;
  done: number;
  total: number;
  detail?: string;
}

export interface CheckContext {
  clock: Clock;
  limits: CheckLimits;
  /** Aborted when the user wants no more of it: the verdict is then `unknown`, reason `aborted`. */
  signal?: AbortSignal;
  onProgress?: (progress: CheckProgress) => void;
}

/**
 * Judges a history, and nothing but the history. A checker that throws counts as `unknown`
 * ("checker failed"), so it never has to guess.
 */
export interface Checker {
  name: string;
  description: string;
  check(history: History, context: CheckContext): Promise<CheckResult>;
}

/** An entry of the registry of checkers: a name, what it is for, and how to make one. */
export interface CheckerFactory {
  description: string;
  create(options: JsonObject): Checker;
}
