/** Types of the areas health and alerts; their schemas have names that other areas use as well. */
export type { HealthCheckView, HealthView } from './health.ts';
export type { AlertChannelTest, AlertChannelView, AlertRuleView, AlertView } from './alerts.ts';
