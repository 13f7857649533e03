/** Alerts: look, acknowledge, mute, change thresholds, test channels. */
import type { AlertRuleView } from '../../../contract/schemas.ts';
import { isOpen } from '../../alerts/alert.ts';
import { isRuleId, settingsFault } from '../../alerts/settings.ts';
import type { RuleId } from '../../config/alert-rules.ts';
import { ruleIds } from '../../config/alert-rules.ts';
import { instant } from '../../platform/clock.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';
import { alertView, channelView, ruleView } from './alert-view.ts';

type AlertRoutes =
  | 'alerts'
  | 'acknowledgeAlert'
  | 'alertRules'
  | 'putAlertRule'
  | 'muteAlertRule'
  | 'unmuteAlertRule'
  | 'alertChannels'
  | 'testAlertChannel';

const muteMaxMs = 90 * 86_400_000;

export function alertHandlers(context: AdminContext): Pick<Handlers, AlertRoutes> {
  const keeper = () => context.watch.alerts;
  const isMuted = (rule: RuleId): boolean => (keeper().state.mutes[rule]?.until ?? 0) > context.clock.now();
  const viewOf = (rule: RuleId): AlertRuleView => {
    const { state } = keeper();
    return ruleView(keeper().inForce(rule), {
      mute: isMuted(rule) ? state.mutes[rule] : undefined,
      open: state.alerts.filter((alert) => alert.rule === rule && isOpen(alert)).length,
    });
  };
  const changed = async (rule: RuleId): Promise<AlertRuleView> => {
    // Whoever changed it must know that it will last.
    await keeper().keepNow();
    return viewOf(rule);
  };
  return {
    alerts({ query }) {
      const { state, rule, limit, cursor } = query;
      const fitting = keeper()
        .state.alerts.filter(
          (alert) =>
            (state === 'all' || (state === 'open') === isOpen(alert)) &&
            (rule === undefined || alert.rule === rule),
        )
        .toReversed();
      const begin = cursor === undefined ? 0 : fitting.findIndex(({ id }) => id === cursor) + 1;
      if (cursor !== undefined && begin === 0) {
        throw new Problem(
          400,
          'Bad request',
          'the cursor is of an alert that is no longer there; begin anew',
        );
      }
      const items = fitting.slice(begin, begin + limit);
      const last = items.at(-1);
      return {
        items: items.map((alert) => alertView(alert, isMuted(alert.rule))),
        ...(last && begin + limit < fitting.length ? { cursor: last.id } : {}),
      };
    },
    async acknowledgeAlert({ params, body }, caller) {
      const alert = keeper().acknowledge(params.id, caller.name, body.note);
      if (!alert) {
        const isKnown = keeper().state.alerts.some(({ id }) => id === params.id);
        if (isKnown) throw new Problem(409, 'Conflict', 'this alert is closed: what it told of is over');
        throw new Problem(404, 'Not found', `there is no alert ${params.id}`);
      }
      await keeper().keepNow();
      return alertView(alert, isMuted(alert.rule));
    },
    alertRules: () => ({ items: ruleIds.map(viewOf) }),
    putAlertRule({ params, body }, caller) {
      const rule = known(params.id);
      const { isInFile, settings, isEnabled, severity } = keeper().inForce(rule);
      if (isInFile) {
        throw new Problem(
          409,
          'Conflict',
          `alerts.rules.${rule} stands in ${context.node.file}, and is changed there`,
        );
      }
      const fault = settingsFault(rule, body.settings ?? {});
      if (fault !== undefined) throw new Problem(422, 'Not valid', fault);
      caller.note({ before: { enabled: isEnabled, severity, settings } });
      const wanted = body.severity === undefined ? severity : (body.severity ?? undefined);
      keeper().override(rule, {
        enabled: body.enabled ?? isEnabled,
        settings: { ...settings, ...body.settings },
        ...(wanted === undefined ? {} : { severity: wanted }),
      });
      return changed(rule);
    },
    muteAlertRule({ params, body }, caller) {
      const rule = known(params.id);
      const until = instant(Date.parse(body.until));
      const now = context.clock.now();
      if (until <= now || until - now > muteMaxMs) {
        throw new Problem(422, 'Not valid', 'until: expected a moment within the next 90 days');
      }
      keeper().mute(rule, { until, reason: body.reason, by: caller.name });
      return changed(rule);
    },
    unmuteAlertRule({ params }) {
      const rule = known(params.id);
      keeper().mute(rule, undefined);
      return changed(rule);
    },
    alertChannels() {
      const { teller } = keeper();
      const configs = new Map(context.node.alerts.channels.map((config) => [config.name, config]));
      return {
        items: context.watch.channels.map((channel) =>
          channelView(channel, configs.get(channel.name), {
            last: teller.last(channel.name),
            waiting: teller.waiting(channel.name),
          }),
        ),
      };
    },
    async testAlertChannel({ params }) {
      const channel = context.watch.channels.find(({ name }) => name === params.name);
      if (!channel)
        throw new Problem(404, 'Not found', `there is no channel ${params.name} in alerts.channels`);
      const begin = performance.now();
      const { ok, detail } = await keeper().teller.test(channel);
      return { ok, detail, durationMs: Math.round(performance.now() - begin) };
    },
  };
}

function known(id: string): RuleId {
  if (isRuleId(id)) return id;
  throw new Problem(404, 'Not found', `there is no rule ${id}; there are ${ruleIds.join(', ')}`);
}
