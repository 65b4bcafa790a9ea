/** What went wrong between the controller and the engine. */
export type DockerErrorCode =
  | 'no-engine'
  | 'no-permission'
  | 'engine-lost'
  | 'no-image'
  | 'no-helper'
  | 'registry'
  | 'name-clash'
  | 'disk-full'
  | 'no-address'
  | 'build'
  | 'unsupported'
  | 'command'
  | 'engine';

/** What to do about it. A sentence each: the one place where advice is written. */
const adviceFor: Readonly<Record<DockerErrorCode, string>> = {
  'no-engine': 'Start the Docker Engine, or point DOCKER_HOST at one.',
  'no-permission': 'Join the group "docker" (and log in again), or run this as a user who may.',
  'engine-lost': 'See the engine’s log for why it ended, start it, and run "npx schism clean".',
  'no-image': 'Run "npx schism images build", or name another image with --image.',
  'no-helper': 'Faults come from it: run "npx schism images build helper" once.',
  registry: 'Check the network, or build from Debian’s packages: "npx schism images build".',
  'name-clash': 'Another run has the same id; choose another seed, or run "npx schism clean".',
  'disk-full':
    'Free space where the engine keeps its data ("docker system df" shows what holds it).',
  'no-address': 'Remove networks that nobody needs ("npx schism clean", "docker network prune").',
  build: 'Its last lines stand above; mend what they name and build again.',
  unsupported: '"npx schism doctor" shows what this machine can do, and what would change that.',
  command: 'This is a fault of the harness or of the machine, not of the target.',
  engine: 'The sentence is the engine’s own; its log may say more.',
};

/** A failure with its facts as fields; the message is one sentence and what to do. */
export class DockerError extends Error {
  override readonly name = 'DockerError';
  readonly code: DockerErrorCode;
  /** What was being done: `create the network of run 7f3a`. */
  readonly doing: string;
  /** What it met, without what to do. */
  readonly detail: string;
  /** What to do about it: a sentence. */
  readonly advice: string;
  /** The HTTP status of the engine's answer, where there was one. */
  readonly status?: number;

  constructor(code: DockerErrorCode, doing: string, detail: string, status?: number) {
    super(`Could not ${doing}: ${detail.trim().replace(/\.?$/, '.')} ${adviceFor[code]}`);
    this.code = code;
    this.doing = doing;
    this.advice = adviceFor[code];
    this.detail = detail.trim().replace(/\.$/, '');
    this.status = status;
  }
}

/** By what the engine (or the way to it) said. The first that fits decides. */
const signs: readonly [RegExp, DockerErrorCode][] = [
  [/EACCES|EPERM|permission denied while trying/i, 'no-permission'],
  [/ENOENT.*\.sock|ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ETIMEDOUT|EAI_AGAIN/, 'no-engine'],
  [/ECONNRESET|socket hang up|EPIPE|server is shutting down/, 'engine-lost'],
  [/no space left on device|ENOSPC|disk quota exceeded/i, 'disk-full'],
  [/no such host|registry|TLS handshake|i\/o timeout|manifest unknown|pull access/i, 'registry'],
  [/no such image: schism\/helper/i, 'no-helper'],
  [/no such image|image .* not found/i, 'no-image'],
  [/is already in use by container|name .* already (exists|in use)/i, 'name-clash'],
  [/available, non-overlapping IPv4 address pool|all predefined address pools/i, 'no-address'],
];

/** A `DockerError` out of anything that dockerode or Node throws; one that is one stays as it is. */
export function explain(error: unknown, doing: string): DockerError {
  if (error instanceof DockerError) return error;
  const { status, detail } = facts(error);
  const sign = signs.find(([pattern]) => pattern.test(detail));
  return new DockerError(sign?.[1] ?? 'engine', doing, detail, status);
}

/** The engine's HTTP status and its own sentence, without dockerode's wrapping. */
function facts(error: unknown): { status?: number; detail: string } {
  if (!(error instanceof Error)) return { detail: String(error) };
  const { statusCode, json, code } = error as Error & {
    statusCode?: number;
    json?: { message?: string };
    code?: string;
  };
  // Where the answer is a stream, dockerode puts the sentence into its own.
  const detail = json?.message ?? error.message.replace(/^\(HTTP code \d+\) [^-]* - /, '');
  // Node's AggregateError has no message of its own, only a code.
  return { status: statusCode, detail: detail === '' ? (code ?? error.name) : detail };
}

/** Whether the engine said that what was to be removed is not there (any more): that is what was wanted. */
export function isGone(error: unknown): boolean {
  const status = (error as { statusCode?: number }).statusCode;
  return status === 404 || status === 304;
}
