export { readConfig, ConfigFault } from './read-config.ts';
export type { Config } from './read-config.ts';
