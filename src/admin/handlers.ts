/** One handler for every route of the contract: leaving one out does not compile. */
import { setImmediate } from 'node:timers/promises';
import type { Answer, Given, RouteName } from '../../contract/routes.ts';
import type { openApi } from '../../contract/openapi.ts';
import { openApiInSteps } from '../../contract/openapi.ts';
import type { Caller } from './caller.ts';
import type { AdminContext } from './context.ts';
import { alertHandlers } from './alerts/alert-handlers.ts';
import { auditHandlers } from './audit/audit-handlers.ts';
import { ownHandlers } from './access/own-handlers.ts';
import { sessionHandlers } from './access/session-handlers.ts';
import { backupHandlers } from './keeping/backup-handlers.ts';
import { reportHandlers } from './keeping/report-handlers.ts';
import { blockHandlers } from './keeping/block-handlers.ts';
import { reviewHandlers } from './keeping/review-handlers.ts';
import { retentionHandlers } from './keeping/retention-handlers.ts';
import { calendarHandlers } from './keeping/calendar-handlers.ts';
import { userHandlers } from './access/user-handlers.ts';
import { connectorHandlers } from './connectors/connector-handlers.ts';
import { actionHandlers } from './messages/action-handlers.ts';
import { healthHandlers } from './health/health-handlers.ts';
import { arrivalHandlers } from './microsoft365/arrival-handlers.ts';
import { setUpHandlers } from './microsoft365/set-up-handlers.ts';
import { exitPlanHandlers } from './exit-plan/exit-plan-handlers.ts';
import { explainHandlers } from './explain/explain-handlers.ts';
import { doctorHandlers } from './doctor/doctor-handlers.ts';
import { messageHandlers } from './messages/message-handlers.ts';
import { searchHandlers } from './searches/search-handlers.ts';
import { partHandlers } from './messages/part-handlers.ts';
import { policyHandlers } from './policy/policy-handlers.ts';
import { queueHandlers } from './queue/queue-handlers.ts';
import { securityHandlers } from './security/security-handlers.ts';
import { setupHandlers } from './setup/setup-handlers.ts';
import { replayHandlers } from './simulator/replay-handlers.ts';
import { simulatorHandlers } from './simulator/simulate-handlers.ts';
import { sourceHandlers } from './sources/source-handlers.ts';
import { cutOverHandlers } from './strangers/cut-over-handlers.ts';
import { decisionOf, strangerHandlers } from './strangers/stranger-handlers.ts';
import { statusHandlers } from './system/status-handlers.ts';
import { testBenchHandlers } from './test-bench/test-bench-handlers.ts';
import { transcriptHandlers } from './transcripts/transcript-handlers.ts';
import { trafficHandlers } from './traffic/traffic-handlers.ts';

export type Handlers = {
  readonly [N in RouteName]: (given: Given<N>, caller: Caller) => Answer<N> | Promise<Answer<N>>;
};

export function createHandlers(context: AdminContext): Handlers {
  let document: ReturnType<typeof openApiUnhurried> | undefined;
  return {
    openapi: () => (document ??= openApiUnhurried(context.version)),
    ...statusHandlers(context),
    ...messageHandlers(context),
    ...partHandlers(context),
    ...searchHandlers(context),
    ...actionHandlers(context),
    ...queueHandlers(context),
    ...trafficHandlers(context),
    ...securityHandlers(context, (address) => decisionOf(context, address).decision),
    ...connectorHandlers(context),
    ...policyHandlers(context),
    ...sourceHandlers(context),
    ...strangerHandlers(context),
    ...cutOverHandlers(context),
    ...simulatorHandlers(context),
    ...replayHandlers(context),
    ...testBenchHandlers(context),
    ...doctorHandlers(context),
    ...explainHandlers(context),
    ...exitPlanHandlers(context),
    ...transcriptHandlers(context),
    ...arrivalHandlers(context),
    ...setUpHandlers(context),
    ...setupHandlers(context),
    ...sessionHandlers(context),
    ...ownHandlers(context),
    ...userHandlers(context),
    ...auditHandlers(context),
    ...calendarHandlers(context),
    ...reportHandlers(context),
    ...blockHandlers(context),
    ...reviewHandlers(context),
    ...backupHandlers(context),
    ...retentionHandlers(context),
    ...healthHandlers(context),
    ...alertHandlers(context),
  };
}

/** Made when it is first asked for, and between other work: mail does not wait for it. */
async function openApiUnhurried(version: string): Promise<ReturnType<typeof openApi>> {
  const making = openApiInSteps(version);
  for (;;) {
    const step = making.next();
    if (step.done) return step.value;
    await setImmediate();
  }
}
