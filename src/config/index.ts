export { readConfig, ConfigFault } from './read-config.ts';
export type { Config } from './read-config.ts';
export { toBlockList } from './read-addresses.ts';
export { LIMIT_CLASSES } from './read-rate-limits.ts';
export type { Limit, LimitClass } from './read-rate-limits.ts';
