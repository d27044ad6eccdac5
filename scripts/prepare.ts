/** Run once after the packages are installed: makes what the first start would wait for. */
import { prepareEmptyDatabase } from '../platform/embedded-database.ts';

await prepareEmptyDatabase();
