import { checkCampaign, type CheckRequest, type JudgedHistory } from '../check/check.js';
import { quote } from '../options/kinds.js';
import { contextFor, type ProgramOptions } from './context.js';

/** What was found in a history, as plain data. */
export interface CheckReport extends JudgedHistory {
  /** What a person types to have it again; undefined where a command line cannot say it. */
  replayCommand: string | undefined;
}

/**
 * Judges a history, as `schism check` does: a file, a run folder or the events themselves. Rejects with a `UsageError`
 * where a name is unknown, and with a `HistoryError` where it is no history or none of the model's.
 */
export async function check(
  request: CheckRequest,
  options: ProgramOptions = {},
): Promise<CheckReport> {
  const { signal } = options;
  const context = { ...(await contextFor(options)), abandonCheck: signal };
  return { ...(await checkCampaign(request, context)), replayCommand: commandOf(request) };
}

function commandOf({ history, model, checker }: CheckRequest): string | undefined {
  if (typeof history !== 'string') return undefined;
  if (typeof model === 'object' || typeof checker === 'object') return undefined;
  const words = ['npx schism check', quote(history)];
  if (model !== undefined) words.push(`--model ${quote(model)}`);
  if (checker !== undefined) words.push(`--checker ${quote(checker)}`);
  return words.join(' ');
}
