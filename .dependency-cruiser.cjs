/** The layers of ARCHITECTURE.md as rules: who may import whom, and no folder in a cycle. */
const rooms = {
  harness: [],
  checkers: ['harness'],
  nemeses: ['harness'],
  targets: ['harness'],
  workloads: ['harness', 'checkers'],
  reports: ['harness', 'checkers'],
};
const all = ['cli', 'bench', 'docs', ...Object.keys(rooms)];

const layers = Object.entries(rooms).map(([room, allowed]) => ({
  name: `${room}-imports`,
  comment: `${room}/ may import ${allowed.length ? allowed.join(', ') : 'no other room'}`,
  severity: 'error',
  from: { path: `^${room}/`, pathNot: '\\.test\\.ts$' },
  to: { path: `^(${all.filter((name) => name !== room && !allowed.includes(name)).join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...layers,
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
      name: 'bench-is-a-leaf',
      severity: 'error',
      comment:
        'Nothing imports bench/, cli/ or docs/, except bench/ and docs/ which may drive cli/',
      from: { pathNot: '^(bench|cli|docs)/|\\.(test|faults)\\.ts$' },
      to: { path: '^(bench|cli|docs)/' },
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
