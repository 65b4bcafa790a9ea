/**
 * The rooms of ARCHITECTURE.md as rules: who may import whom, floor by floor inside the rooms that have floors, and no
 * cycle. Cycles between a folder's own files and its sub-folders are found by e2e/structure/folders.test.ts.
 */
const grounds = {
  harness: [],
  runtimes: ['harness'],
  checkers: ['harness'],
  nemeses: ['harness'],
  nodes: ['harness'],
  targets: ['harness', 'nodes'],
  workloads: ['harness', 'checkers'],
  reports: ['harness', 'checkers'],
  campaigns: [
    'harness',
    'runtimes',
    'checkers',
    'nemeses',
    'nodes',
    'targets',
    'workloads',
    'reports',
  ],
  cli: ['harness', 'checkers', 'reports', 'campaigns'],
};
const rooms = [...Object.keys(grounds), 'bench', 'docs', 'e2e'];

/** Floors from the ground up: each may import those before it and nothing above. `.` is a folder's own files. */
const floors = {
  harness: [
    '.',
    'text',
    'environment',
    'history',
    'contracts',
    'network',
    'machine',
    'generators',
    'scheduler',
    'store',
    'run',
    'testing',
  ],
  'harness/contracts': ['operations', 'cluster', 'starts', '.'],
  runtimes: ['common', 'process', 'docker', 'simulation', 'conformance'],
  'checkers/linearizability': [
    'core',
    'engines',
    'workers',
    'explain',
    'door',
    'online',
    'testing',
  ],
  nemeses: ['victims', 'evidence', 'mechanisms', 'faults', 'planning', '.', 'testing'],
  nodes: ['replication', 'host', 'raft', 'zab'],
  'nodes/raft': ['state', 'replication', 'leadership', 'clients', '.', 'monitor', 'testing'],
  'nodes/zab': ['state', 'broadcast', 'leadership', 'clients', '.', 'monitor', 'testing'],
  reports: [
    'data',
    'text',
    'timeline',
    'console',
    'markup',
    'evidence',
    'ci',
    'html',
    'comparison',
    'browser',
    'testing',
  ],
  'reports/evidence': ['view', 'linearizability', 'kinds', '.'],
  campaigns: [
    'definitions',
    'options',
    'run',
    'check',
    'report',
    'search',
    'minimise',
    'simulate',
    'replay',
    'compare',
    'durability',
    'catalogue',
    'machine',
    'api',
    '.',
  ],
  cli: ['options', 'terminal', 'commands', '.'],
};

/** They may use anything: what they help to test may stand in any room, on any floor. */
const HELPERS_OF_TESTS = '/testing/';

const layers = Object.entries(grounds).map(([room, allowed]) => ({
  name: `${room}-imports`,
  comment: `${room}/ may import ${allowed.length > 0 ? allowed.join(', ') : 'no other room'}`,
  severity: 'error',
  from: { path: `^${room}/`, pathNot: HELPERS_OF_TESTS },
  to: { path: `^(${rooms.filter((name) => name !== room && !allowed.includes(name)).join('|')})/` },
}));

const pathOf = (folder, floor) => (floor === '.' ? `^${folder}/[^/]+$` : `^${folder}/${floor}/`);
const upward = Object.entries(floors).flatMap(([folder, names]) =>
  names.slice(0, -1).map((floor, index) => ({
    name: `${folder}-${floor}-imports-upward`,
    comment: `${folder}: ${names.join(' < ')}`,
    severity: 'error',
    from: { path: pathOf(folder, floor), pathNot: HELPERS_OF_TESTS },
    to: {
      path: names
        .slice(index + 1)
        .map((above) => pathOf(folder, above))
        .join('|'),
    },
  })),
);

module.exports = {
  forbidden: [
    ...layers,
    ...upward,
    {
      name: 'no-cycle',
      comment: 'Modules form no import cycle',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-folder-cycle',
      comment: 'Folders form no import cycle',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
    {
      name: 'testing-for-tests',
      comment: 'testing/ folders are for tests and the suites that users run',
      severity: 'error',
      from: { pathNot: '/(testing|conformance)/|^(bench|e2e)/|^campaigns/testing\\.ts$' },
      to: { path: '/(testing|testdata)/' },
    },
    {
      name: 'commander-in-cli',
      severity: 'error',
      comment: 'Commander is imported in cli/ alone',
      from: { pathNot: '^cli/' },
      to: { path: '(^|/)@?commander' },
    },
    {
      name: 'not-unresolvable',
      severity: 'error',
      comment: 'Every import resolves',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|runs|node_modules)/|\\.(test|faults)\\.ts$' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.json'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
