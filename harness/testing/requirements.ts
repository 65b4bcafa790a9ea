import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** What some tests need of the machine they run on. */
export type Requirement = 'chromium' | 'docker';

type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

interface RequirementRow {
  /** What to use, or undefined where the machine has none. */
  find(environment: ProcessEnvironment): string | undefined;
  /** How to get it, for the person who reads that something was left out. */
  remedy: string;
}

const REQUIREMENTS: Readonly<Record<Requirement, RequirementRow>> = {
  chromium: {
    find: ({ CHROMIUM }) =>
      [CHROMIUM, '/usr/bin/chromium'].find((path) => path && existsSync(path)),
    remedy: 'install chromium, or set CHROMIUM to the path of a Chromium or Chrome',
  },
  docker: {
    find: ({ DOCKER_HOST }) => findDocker(DOCKER_HOST ?? 'unix:///var/run/docker.sock'),
    remedy: 'start a Docker Engine, or set DOCKER_HOST',
  },
};

/** Ends with 0 when something accepts a connection to the socket that is its argument. */
const CONNECT = `
  const socket = require('node:net').connect(process.argv[1]);
  socket.once('connect', () => process.exit(0)).once('error', () => process.exit(1));
`;

/** A remote engine is taken at its word; a local one must accept a connection: sockets outlive engines. */
function findDocker(host: string): string | undefined {
  if (!host.startsWith('unix://')) return host;
  const socket = host.slice('unix://'.length);
  if (!existsSync(socket)) return undefined;
  const { status } = spawnSync(process.execPath, ['-e', CONNECT, socket], { timeout: 5000 });
  return status === 0 ? host : undefined;
}

/** What is to become of a suite: `found` where it can run, else a message, and whether it is a failure. */
export type SuitePlan = { found: string } | { message: string; fails: boolean };

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
