/** Run once after the packages are installed: makes what every first start and every test would make for itself. */
import { prepareCluster } from '../platform/cluster.ts';

await prepareCluster();
