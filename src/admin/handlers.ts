/** One handler for every route of the contract: leaving one out does not compile. */
import type { Answer, Given, RouteName } from '../../contract/routes.ts';
import { openApi } from '../../contract/openapi.ts';
import type { AdminContext } from './context.ts';
import { connectorHandlers } from './connector-handlers.ts';
import { messageHandlers } from './message-handlers.ts';
import { policyHandlers } from './policy-handlers.ts';
import { statusHandlers } from './status-handlers.ts';

export type Handlers = {
  readonly [N in RouteName]: (given: Given<N>) => Answer<N> | Promise<Answer<N>>;
};

export function createHandlers(context: AdminContext): Handlers {
  const document = openApi(context.version);
  return {
    openapi: () => document,
    ...statusHandlers(context),
    ...messageHandlers(context),
    ...connectorHandlers(context),
    ...policyHandlers(context),
  };
}
