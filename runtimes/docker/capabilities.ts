import { PassThrough } from 'node:stream';
import type { Capability } from '../../harness/contracts/cluster.js';
import { codeArguments, patchScript, trialBlock } from './clock/node-clock.js';
import { CLOCK_CODE } from './clock/listing.js';
import { faultTrial, slowTrial } from './disks/fault-script.js';
import { diskPowers, powerTrial } from './disks/power-script.js';
import type { Engine } from './engine/connection.js';
import { explain } from './engine/errors.js';
import { thisController, formatController, LABELS } from './engine/labels.js';
import { helperTag } from './images/recipes.js';
import { helperPowers } from './network/helper.js';
import { renderRules } from './network/rules.js';

/** What a fault needs of the machine, tried for real, and what to do where it is not there. */
interface Trial {
  capabilities: readonly Capability[];
  /** What is tried, for people. */
  what: string;
  /** Shell lines that end with 0 where it works; each starts in a network namespace of its own. */
  script: string | ((architecture: string) => string);
  fix: string;
}

const openRules = renderRules({
  clientPort: 1,
  addresses: new Map([['n1', '192.0.2.1']]),
  incoming: new Map(),
  outgoing: new Map(),
  fromClients: { cut: true, lossPercent: 0, duplicatePercent: 0 },
  toClients: undefined,
});

/** A connection to itself, which must be gone afterwards. */
const endOwnConnection = `
  $server = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1") or die;
  $client = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $server->sockport) or die;
  $ended = qx(ss -KHtn state connected dst 127.0.0.1 2>/dev/null);
  die "the kernel ended no connection\\n" unless $ended;`;

/** In the namespace of a container of its own: nothing of the host is changed. */
const trials: readonly Trial[] = [
  {
    capabilities: ['cut'],
    what: 'nftables',
    script: `nft -f - <<'RULES'\n${openRules}RULES`,
    fix: 'load the kernel module nf_tables (and nft_redir, nft_ct), or use a kernel that has them',
  },
  {
    capabilities: ['loss'],
    what: 'nftables’ numgen',
    script: `nft 'table inet t { chain c { type filter hook input priority 0; numgen random mod 1000 < 1 drop; }; }'`,
    fix: 'load the kernel module nft_numgen, or use a kernel that has it',
  },
  {
    capabilities: ['bandwidth'],
    what: 'tc’s tbf',
    script: [
      'tc qdisc add dev lo root handle 1: htb',
      'tc class add dev lo parent 1: classid 1:1 htb rate 1gbit',
      'tc qdisc add dev lo parent 1:1 tbf rate 1mbit burst 4kb latency 250ms',
      'tc filter add dev lo parent 1: protocol ip prio 1 u32 match u32 0 0 flowid 1:1',
      'ip link add ifb0 type ifb',
    ].join(' && '),
    fix: 'load the kernel modules sch_htb, sch_tbf, cls_u32 and ifb, or use a kernel that has them',
  },
  {
    capabilities: ['duplicate'],
    what: 'nftables’ dup',
    script: `nft 'table ip t { chain c { type filter hook output priority 0; numgen random mod 1000 < 1 dup to 192.0.2.1 device "lo"; }; }'`,
    fix: 'load the kernel modules nft_dup_ipv4 and nft_numgen, or use a kernel that has them',
  },
  {
    capabilities: ['delay', 'reorder'],
    what: 'tc’s netem',
    script: 'tc qdisc add dev lo root netem delay 10ms reorder 10%',
    fix: 'load the kernel module sch_netem (package linux-modules-extra, kernel-modules-extra), or use a kernel that has it',
  },
  {
    capabilities: ['reset'],
    what: 'ending connections (ss -K)',
    script: `ip link set lo up && perl -MIO::Socket::INET -e '${endOwnConnection}'`,
    fix: 'use a kernel that was built with CONFIG_INET_DIAG_DESTROY',
  },
  {
    capabilities: ['power'],
    what: 'a file system in a file that is shut down',
    script: powerTrial,
    fix: 'load the kernel modules loop and ext4, and build the helper image anew: npx schism images build helper',
  },
  {
    capabilities: ['disk-full', 'disk-read-only', 'disk-errors', 'disk-damage'],
    what: 'a file system in a file that is filled, aborted, shut down and damaged',
    script: faultTrial,
    fix: 'load the kernel modules loop and ext4, and build the helper image anew: npx schism images build helper',
  },
  {
    capabilities: ['disk-slow'],
    what: 'a file system in a file whose syncs FUSE slows down',
    script: slowTrial,
    fix: 'load the kernel modules fuse, loop and ext4, and build the helper image anew: npx schism images build helper',
  },
  {
    capabilities: ['clock'],
    what: 'other clock routines in a process’s vDSO',
    script: trialOfClocks,
    fix: 'use a 64-bit x86 or ARM kernel that has a vDSO and lets root write to /proc/PID/mem (proc_mem.force_override)',
  },
];

/** In a child process of its own. */
function trialOfClocks(architecture: string): string {
  if (!Object.hasOwn(CLOCK_CODE, architecture)) {
    return `echo 'there are no routines for ${architecture}'; false`;
  }
  return patchScript('trial', ...codeArguments(architecture), trialBlock());
}

/** One finding about a group of faults. */
export interface FaultFinding {
  capabilities: readonly Capability[];
  what: string;
  ok: boolean;
  /** What the kernel said, where it does not work. */
  detail: string;
  fix: string;
}

/** Tries every fault's means in a container that is gone afterwards. Throws a `DockerError`. */
export async function tryFaults(engine: Engine): Promise<FaultFinding[]> {
  const script = trials
    .map((trial, index) => {
      const lines =
        typeof trial.script === 'string' ? trial.script : trial.script(engine.architecture);
      return `output=$(unshare -n bash <<'TRIAL' 2>&1\n${lines}\nTRIAL\n); echo "${index} $? $(head -1 <<<"$output")"`;
    })
    .join('\n');
  const output = await runHelperOnce(engine, script);
  return trials.map(({ capabilities, what, fix }, index) => {
    const [, code, detail] = new RegExp(`^${index} (\\d+) (.*)$`, 'm').exec(output) ?? [];
    return { capabilities, what, ok: code === '0', detail: detail ?? 'no answer', fix };
  });
}

/** What needs nothing but the engine, and of its host's cgroups what it says that they can. */
async function byTheEngine({ docker }: Engine): Promise<Capability[]> {
  const { MemoryLimit: memory, CpuCfsQuota: cpu } = (await docker.info()) as {
    MemoryLimit: boolean;
    CpuCfsQuota: boolean;
  };
  return [
    'kill',
    'pause',
    'upgrade',
    ...(memory ? ['memory' as const] : []),
    ...(cpu ? ['cpu' as const] : []),
  ];
}

/** What the runtime can do on this machine: what the engine does, and what the trials showed. */
export async function detectCapabilities(engine: Engine): Promise<ReadonlySet<Capability>> {
  const findings = await tryFaults(engine);
  const working = findings.filter(({ ok }) => ok).flatMap(({ capabilities }) => capabilities);
  return new Set<Capability>([...(await byTheEngine(engine)), ...working]);
}

async function runHelperOnce(engine: Engine, script: string): Promise<string> {
  const output = new PassThrough();
  const chunks: Buffer[] = [];
  output.on('data', (chunk: Buffer) => chunks.push(chunk));
  try {
    const container = await engine.docker.createContainer({
      Image: helperTag,
      Entrypoint: ['bash', '-c', script],
      Labels: { [LABELS.run]: 'doctor', [LABELS.controller]: formatController(thisController()) },
      HostConfig: {
        ...helperPowers,
        ...diskPowers,
        NetworkMode: 'none',
      },
    });
    try {
      const stream = await container.attach({ stream: true, stdout: true, stderr: true });
      container.modem.demuxStream(stream, output, output);
      const ended = new Promise((resolve) => stream.once('end', resolve).once('close', resolve));
      await container.start();
      await container.wait();
      await ended;
    } finally {
      await container.remove({ force: true, v: true });
    }
  } catch (error) {
    throw explain(error, 'try what this machine can do');
  }
  return Buffer.concat(chunks).toString();
}
