import { join } from 'node:path';
import { describeScenarios } from '../replication/testing/scenario-files.js';
import { runRaftScenario } from './test-scenario.js';

describeScenarios(join(import.meta.dirname, 'scenarios'), runRaftScenario, 8);
