import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tryCommandSync } from '../machine/command.js';

/** What some tests need of the machine they run on. */
export type Requirement = 'arm64' | 'assemblers' | 'chromium' | 'docker' | 'linux' | 'registry';

type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

interface RequirementRow {
  /** What to use, or undefined where the machine has none. */
  find(environment: ProcessEnvironment): string | undefined;
  /** How to get it, for the person who reads that something was left out. */
  remedy: string;
}

const ASSEMBLERS = ['/usr/bin/x86_64-linux-gnu-as', '/usr/bin/aarch64-linux-gnu-as'];

const ARM64 = ['/usr/bin/qemu-aarch64', '/usr/bin/aarch64-linux-gnu-as'];

const REQUIREMENTS: Readonly<Record<Requirement, RequirementRow>> = {
  arm64: {
    find: () => (ARM64.every(existsSync) ? ARM64[0] : undefined),
    remedy: 'install qemu-user and binutils-aarch64-linux-gnu',
  },
  assemblers: {
    find: () => (ASSEMBLERS.every(existsSync) ? ASSEMBLERS[0] : undefined),
    remedy: 'install binutils-x86-64-linux-gnu and binutils-aarch64-linux-gnu',
  },
  chromium: {
    find: ({ CHROMIUM }) =>
      [CHROMIUM, '/usr/bin/chromium'].find((path) => path && existsSync(path)),
    remedy: 'install chromium, or set CHROMIUM to the path of a Chromium or Chrome',
  },
  docker: {
    find: ({ DOCKER_HOST }) => findDocker(DOCKER_HOST ?? 'unix:///var/run/docker.sock'),
    remedy: 'start a Docker Engine, or set DOCKER_HOST, and run npx schism images build',
  },
  linux: {
    find: () => (process.platform === 'linux' ? '/proc' : undefined),
    remedy: 'run the tests on Linux: its own commands are what is tested',
  },
  registry: {
    find: () => (answersNpm() ? 'npm' : undefined),
    remedy: 'let npm reach its registry',
  },
};

/** What the suites run; all of it comes from one `schism images build`. */
const TEST_IMAGES = ['helper:1', 'node:20', 'etcd:3.5', 'etcd:3.3', 'zookeeper:3.9', 'consul:1.8'];

/** Ends with 0 when the engine behind the socket that is its first argument has all images that follow. */
const HAS_IMAGES = `
  const [socketPath, ...images] = process.argv.slice(1);
  for (const image of images) {
    require('node:http')
      .get({ socketPath, path: '/images/schism/' + image + '/json' }, (answer) => {
        if (answer.statusCode !== 200) process.exit(1);
        answer.resume();
      })
      .once('error', () => process.exit(1));
  }
`;

/**
 * A remote engine is taken at its word; a local one must answer, for sockets outlive engines, and must have the
 * images: without them every suite would fail for a reason that is none of its own.
 */
function findDocker(host: string): string | undefined {
  if (!host.startsWith('unix://')) return host;
  const socket = host.slice('unix://'.length);
  if (!existsSync(socket)) return undefined;
  const args = ['-e', HAS_IMAGES, socket, ...TEST_IMAGES];
  const { exitCode } = tryCommandSync(process.execPath, args, { timeoutMs: 5000 });
  return exitCode === 0 ? host : undefined;
}

/** What is to become of a suite: `found` where it can run, else a message, and whether it is a failure. */
export type SuitePlan = { found: string } | { message: string; fails: boolean };

/** Whether packages can be had that are not there yet. */
function answersNpm(): boolean {
  return tryCommandSync('npm', ['ping'], { timeoutMs: 10_000 }).exitCode === 0;
}

/** The decision behind `describeWith`, for any environment. */
export function planSuite(
  requirement: Requirement,
  name: string,
  environment: ProcessEnvironment,
): SuitePlan {
  const { find, remedy } = REQUIREMENTS[requirement];
  const found = find(environment);
  if (found !== undefined) return { found };
  const message = `left out: "${name}" needs ${requirement}: ${remedy}`;
  return { message, fails: environment.SCHISM_REQUIRE_ALL === '1' };
}

/**
 * A suite that needs something of the machine; `suite` is given where to find it (docker: as DOCKER_HOST
 * would say it). Where it is not there the suite is left out, and a line says so by name; with
 * SCHISM_REQUIRE_ALL=1, as in CI, that is a failure. What is given may be used in hooks and tests only.
 */
export function describeWith(
  requirement: Requirement,
  name: string,
  suite: (found: string) => void,
): void {
  const plan = planSuite(requirement, name, process.env);
  if ('found' in plan) {
    describe(name, () => suite(plan.found));
  } else if (plan.fails) {
    it(name, () => expect.fail(plan.message));
  } else {
    process.stderr.write(`${plan.message}\n`);
    describe.skip(name, () => suite(''));
  }
}
