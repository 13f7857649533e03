/**
 * The values of the admin API, by area. Server, commands and console share these schemas; /api/openapi.json is made from them.
 */
export * from './schemas/common.ts';
export * from './schemas/system.ts';
export * from './schemas/messages.ts';
export * from './schemas/events.ts';
export * from './schemas/sources.ts';
export * from './schemas/connectors.ts';
export * from './schemas/policy.ts';
