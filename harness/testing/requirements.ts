import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** What some tests need of the machine they run on. */
export type Requirement = 'chromium' | 'docker';

interface RequirementRow {
  /** What to use, or undefined where the machine has none. */
  find(): string | undefined;
  /** How to get it, for the person who reads that something was left out. */
  remedy: string;
}

const REQUIREMENTS: Readonly<Record<Requirement, RequirementRow>> = {
  chromium: {
    find: () =>
      [process.env.CHROMIUM, '/usr/bin/chromium'].find((path) => path && existsSync(path)),
    remedy: 'install chromium, or set CHROMIUM to the path of a Chromium or Chrome',
  },
  docker: {
    find: dockerHost,
    remedy: 'start a Docker Engine, or set DOCKER_HOST',
  },
};

/** The engine that Docker's own client would talk to, where one answers. */
function dockerHost(): string | undefined {
  const host = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
  try {
    execFileSync('docker', ['--host', host, 'version'], { stdio: 'ignore', timeout: 5000 });
    return host;
  } catch {
    return undefined;
  }
}

/**
 * A suite that needs something of the machine; `suite` is given where to find it. Where it is not there the
 * suite is left out, and a line says so by name; with SCHISM_REQUIRE_ALL=1, as in CI, that is a failure.
 */
export function describeWith(
  requirement: Requirement,
  name: string,
  suite: (found: string) => void,
): void {
  const found = REQUIREMENTS[requirement].find();
  if (found !== undefined) {
    describe(name, () => suite(found));
    return;
  }
  const message = `left out: "${name}" needs ${requirement}: ${REQUIREMENTS[requirement].remedy}`;
  if (process.env.SCHISM_REQUIRE_ALL === '1') {
    it(name, () => expect.fail(message));
    return;
  }
  process.stderr.write(`${message}\n`);
  describe.skip(name, () => suite(''));
}
