/** All rules, by id. docs/alerts.md is held against this table. */
import type { RuleId } from '../../config/alert-rules.ts';
import { connectorSuspended, connectorTrouble, failureRate, queueAge, quotaLow } from './mail-rules.ts';
import {
  diskLow,
  expiring,
  listenerDown,
  policyRefused,
  relayUnwell,
  storeUnhealthy,
} from './relay-rules.ts';
import type { Rule } from './rule.ts';
import { addressBlocked, permissionExpiring, sourceSilent, unauthorisedAttempts } from './source-rules.ts';

export const rules: { readonly [R in RuleId]: Rule<R> } = {
  'queue-age': queueAge,
  'failure-rate': failureRate,
  'connector-suspended': connectorSuspended,
  'connector-trouble': connectorTrouble,
  'source-silent': sourceSilent,
  'unauthorised-attempts': unauthorisedAttempts,
  'address-blocked': addressBlocked,
  'disk-low': diskLow,
  expiring,
  'permission-expiring': permissionExpiring,
  'quota-low': quotaLow,
  'store-unhealthy': storeUnhealthy,
  'policy-refused': policyRefused,
  'listener-down': listenerDown,
  'relay-unwell': relayUnwell,
};
