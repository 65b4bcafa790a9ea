import { join } from 'node:path';
import { describeScenarios } from '../../replication/testing/scenario-files.js';
import { runRaftScenario } from './scenario.js';

describeScenarios(join(import.meta.dirname, '../testdata/scenarios'), runRaftScenario, 8);
