/** Alerts, their rules and channels. */
import { z } from 'zod';
import type { Route } from '../route.ts';
import { byId, byName, page } from '../route.ts';
import * as s from '../schemas/alerts.ts';

export const alertsRoutes = {
  alerts: {
    method: 'GET',
    path: '/api/v1/alerts',
    summary: 'Alerts, the newest first.',
    role: 'viewer',
    query: s.alertsQuery,
    response: page(s.alertView),
    problems: [400],
  },
  acknowledgeAlert: {
    method: 'POST',
    path: '/api/v1/alerts/{id}/acknowledge',
    summary: 'Say that somebody looks after an alert.',
    role: 'operator',
    params: byId,
    body: s.acknowledge,
    response: s.alertView,
    problems: [400, 404, 409],
  },
  alertRules: {
    method: 'GET',
    path: '/api/v1/alert-rules',
    summary: 'What is watched, from when on it is an alert, and what to do then.',
    role: 'viewer',
    response: z.object({ items: z.array(s.ruleView) }),
  },
  putAlertRule: {
    method: 'PUT',
    path: '/api/v1/alert-rules/{id}',
    summary: 'Change thresholds of a rule that relay365.yaml does not set.',
    role: 'administrator',
    params: s.ruleParams,
    body: s.ruleChange,
    response: s.ruleView,
    problems: [400, 404, 409, 422],
  },
  muteAlertRule: {
    method: 'POST',
    path: '/api/v1/alert-rules/{id}/mute',
    summary: 'Tell nobody of alerts of a rule for a time; they are still opened and shown.',
    role: 'operator',
    params: s.ruleParams,
    body: s.muteRequest,
    response: s.ruleView,
    problems: [400, 404, 422],
  },
  unmuteAlertRule: {
    method: 'DELETE',
    path: '/api/v1/alert-rules/{id}/mute',
    summary: 'End a mute; who was not told of an alert that is still open is told now.',
    role: 'operator',
    params: s.ruleParams,
    response: s.ruleView,
    problems: [400, 404],
  },
  alertChannels: {
    method: 'GET',
    path: '/api/v1/alert-channels',
    summary: 'Who hears of alerts, and how the last message went.',
    role: 'viewer',
    response: z.object({ items: z.array(s.channelView) }),
  },
  testAlertChannel: {
    method: 'POST',
    path: '/api/v1/alert-channels/{name}/test',
    summary: 'Send a test message by a channel now.',
    role: 'operator',
    params: byName,
    response: s.channelTest,
    problems: [400, 404],
  },
} as const satisfies Record<string, Route>;
