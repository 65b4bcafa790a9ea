import { join } from 'node:path';

import {
  type Capability,
  type Cluster,
  type Crash,
  nodeNames,
  type ProtocolWatch,
} from '../../harness/contracts/cluster.js';
import type { HostKit } from '../../harness/contracts/program-host.js';
import type { Program } from '../../harness/contracts/program.js';
import { BrokenInvariant, type ProtocolMonitor } from '../../harness/contracts/protocol-monitor.js';
import type { ClusterSpec, Runtime } from '../../harness/contracts/runtime.js';
import { createRandom, type Random } from '../../harness/environment/random.js';
import type { VirtualClock } from '../../harness/environment/virtual.js';
import {
  type CreateProgram,
  type ImportModule,
  loadProgram,
  missingModule,
} from '../../harness/machine/program-module.js';
import type { ProgramReference } from '../../harness/contracts/starts/start.js';
import type { JsonValue } from '../../harness/json.js';
import { NETWORK_CAPABILITIES, SimulatedNetwork } from './network.js';
import { SimulatedNode } from './node.js';

const CAPABILITIES: ReadonlySet<Capability> = new Set<Capability>([
  ...NETWORK_CAPABILITIES,
  'kill',
  'pause',
  'clock',
  'power',
  'disk-full',
  'disk-slow',
  'disk-read-only',
  'disk-errors',
  'disk-damage',
]);

/** What a simulation is made with. */
export interface SimulationOptions {
  /** The run's clock, which nothing but the run may move. */
  clock: VirtualClock;
  hosts: HostKit;
  /** Imports a user's module as the rest of what this user brings is imported, so that both share their classes. */
  importModule?: ImportModule;
  /** Whether logs and data go into the run's folder; thousands of runs had better leave nothing. */
  keepsFiles: boolean;
}

/**
 * Our own nodes, unchanged, in this thread and in virtual time: network, disks, clocks and the deaths of
 * processes are drawn from the run's seed, and the same seed gives the same run on any machine.
 */
export function createSimulationRuntime(options: SimulationOptions): Runtime {
  const programs = new Map<ProgramReference, CreateProgram>();
  return {
    name: 'simulation',
    description: 'Our own nodes in one thread, in virtual time; the same seed gives the same run.',
    capabilities: CAPABILITIES,
    refuses: ({ name, starts: { program } }) =>
      program === undefined
        ? `the simulation runs our own nodes only, and ${name} is none of them`
        : missingModule(program),
    prepare: async ({ name, starts: { program } }) => {
      if (program === undefined) throw new Error(`${name} has no program`);
      programs.set(program, await loadProgram(program, options.importModule));
    },
    createCluster: async (spec) => {
      const { name, starts } = spec.target;
      const createProgram = starts.program && programs.get(starts.program);
      if (createProgram === undefined) throw new Error(`the program of ${name} was not loaded`);
      const cluster = new SimulatedCluster(spec, options, createProgram);
      await Promise.all(cluster.nodes.map((node) => node.process.start()));
      return cluster;
    },
  };
}

class SimulatedCluster implements Cluster {
  readonly nodes: readonly SimulatedNode[];
  readonly network: SimulatedNetwork;
  readonly facts = { simulated: true };
  readonly watch: ProtocolWatch | undefined;
  private readonly byName: ReadonlyMap<string, SimulatedNode>;
  private readonly listeners: ((crash: Crash) => void)[] = [];
  private readonly monitor: ProtocolMonitor | undefined;
  private readonly clock: VirtualClock;
  private readonly random: Random;

  constructor(
    spec: ClusterSpec,
    options: SimulationOptions,
    private readonly programOf: CreateProgram,
  ) {
    const names = nodeNames(spec.nodes);
    this.clock = options.clock;
    this.random = createRandom(spec.seed).fork('simulation');
    this.monitor = spec.target.monitor?.(names);
    if (this.monitor) this.watch = { steps: 0, broken: undefined, endedNs: undefined };
    this.network = new SimulatedNetwork(names, this.clock, this.random.fork('network'), (name) => {
      return this.byName.get(name)?.state === 'running';
    });
    this.nodes = names.map((name) => this.createNode(spec, names, name, options));
    this.byName = new Map(this.nodes.map((node) => [node.name, node]));
  }

  private createNode(
    spec: ClusterSpec,
    names: readonly string[],
    name: string,
    { clock, hosts, keepsFiles }: SimulationOptions,
  ): SimulatedNode {
    return new SimulatedNode({
      name,
      index: names.indexOf(name),
      clock,
      network: this.network,
      random: this.random.fork(name),
      hosts,
      createProgram: (life) => this.createProgram(spec, names, name, life),
      durability: spec.durability,
      directory: keepsFiles ? join(spec.directory, 'nodes', name) : undefined,
      deliver: (to, message) => this.deliver(name, to, message),
      onCrash: (crash) => this.listeners.forEach((listener) => listener(crash)),
      onPowerCut: () => {
        const { survivesPowerLoss } = spec.target.durabilityModes[spec.durability];
        if (!survivesPowerLoss) this.endWatch();
      },
      onDiskDamage: () => this.endWatch(),
    });
  }

  onCrash(listener: (crash: Crash) => void): void {
    this.listeners.push(listener);
  }

  async teardown(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.process.kill()));
    for (const node of this.nodes) node.saveLog();
  }

  /** The protocols' proofs rest on disks that keep their word: not damaged ones, nor modes that promise less. */
  private endWatch(): void {
    if (this.watch) this.watch.endedNs ??= this.clock.now();
  }

  private deliver(from: string, to: string, message: JsonValue): void {
    const node = this.byName.get(to);
    if (node === undefined) return;
    this.network.send(from, to, {
      arrive: () => node.receive(from, message),
      isStream: false,
      bytes: () => JSON.stringify(message).length,
    });
  }

  private createProgram(
    spec: ClusterSpec,
    members: readonly string[],
    name: string,
    life: number,
  ): Program {
    const program = this.programOf({
      name,
      members,
      random: this.random.fork(name).fork(`life-${life}`),
      settings: spec.settings,
      bugs: new Set(spec.bugs),
    });
    const { monitor, watch } = this;
    return monitor && watch ? this.watched(name, program, monitor, watch) : program;
  }

  /** What breaks an invariant goes on, for its clients to see; only the first such step is told. */
  private watched(
    node: string,
    program: Program,
    monitor: ProtocolMonitor,
    watch: ProtocolWatch,
  ): Program {
    return {
      step: (input, now) => {
        const effects = program.step(input, now);
        if (watch.broken || watch.endedNs !== undefined) return effects;
        const time = this.clock.now();
        watch.steps += 1;
        try {
          monitor.observe({ node, time, program, input, effects });
        } catch (error) {
          if (!(error instanceof BrokenInvariant)) throw error;
          watch.broken = { node, time, invariant: error.invariant, message: error.message };
        }
        return effects;
      },
      status: () => program.status(),
    };
  }
}
