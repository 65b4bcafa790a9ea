import { join } from 'node:path';
import { describeScenarios } from '../replication/testing/scenario-files.js';
import { runZabScenario } from './test-scenario.js';

describeScenarios(join(import.meta.dirname, 'scenarios'), runZabScenario, 6);
