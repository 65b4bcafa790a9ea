import { describeScenarios } from '../../replication/testing/scenario-files.js';
import { runZabScenario } from '../testing/scenario.js';

describeScenarios(import.meta.dirname, runZabScenario, 6);
