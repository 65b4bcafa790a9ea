import { join } from 'node:path';
import { describeScenarios } from '../../replication/testing/scenario-files.js';
import { runZabScenario } from './scenario.js';

describeScenarios(join(import.meta.dirname, '../testdata/scenarios'), runZabScenario, 6);
