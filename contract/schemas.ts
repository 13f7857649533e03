/**
 * The values of the admin API, by area. Server, commands and console share these schemas; /api/openapi.json is made from them.
 */
export * from './schemas/common.ts';
export * from './schemas/system.ts';
export * from './schemas/messages.ts';
export type { SavedFilter, SavedSearchView } from './schemas/searches.ts';
export * from './schemas/events.ts';
export * from './schemas/sources.ts';
export * from './schemas/connectors.ts';
export * from './schemas/policy.ts';
export * from './schemas/access.ts';
export * from './schemas/audit.ts';
export * from './schemas/explanation.ts';
export * from './schemas/message-parts.ts';
export * from './schemas/message-actions.ts';
export * from './schemas/queue.ts';
export * from './schemas/traffic.ts';
export * from './schemas/security.ts';
export * from './schemas/strangers-decisions.ts';
export * from './schemas/simulator.ts';
export * from './schemas/replay.ts';
export * from './schemas/setup.ts';
export * from './schemas/health-alerts.ts';
export * from './schemas/calendar.ts';
export type { Report, ReportMonths } from './schemas/reports.ts';
export type { ReviewBlocks, ReviewFinding, ReviewQuery, ReviewView } from './schemas/review.ts';
export type { BackupView, BackupsView, RetentionView } from './schemas/backup.ts';
export * from './schemas/conversation.ts';
export * from './schemas/doctor.ts';
export * from './schemas/explain.ts';
export * from './schemas/exit-plan.ts';
export * from './schemas/transcripts.ts';
export * from './schemas/microsoft365.ts';
