/** What a message consists of, and what is done to messages beyond the state of one. */
import type { Route } from '../route.ts';
import { byId } from '../route.ts';
import * as actions from '../schemas/message-actions.ts';
import * as parts from '../schemas/message-parts.ts';
import { actionResult, exportQuery } from '../schemas/messages.ts';

export const messagePartsRoutes = {
  exportMessages: {
    method: 'GET',
    path: '/api/v1/messages/export',
    summary: 'Messages as CSV (RFC 4180), as a JSON array, or as one JSON object a line.',
    role: 'help-desk',
    query: exportQuery,
    contentType: 'text/csv; charset=utf-8',
    otherContentTypes: ['application/json; charset=utf-8', 'application/x-ndjson; charset=utf-8'],
    problems: [400],
  },
  messageHeaders: {
    method: 'GET',
    path: '/api/v1/messages/{id}/headers',
    summary: 'Header section before and after our changes.',
    role: 'help-desk',
    params: byId,
    response: parts.messageHeaders,
    problems: [400, 404],
  },
  messageContent: {
    method: 'GET',
    path: '/api/v1/messages/{id}/content',
    summary: 'Text and list of attachments, while the content is kept.',
    role: 'administrator',
    audited: true,
    params: byId,
    response: parts.messageContent,
    problems: [400, 404, 409],
  },
  messageHtml: {
    method: 'GET',
    path: '/api/v1/messages/{id}/content/html',
    summary: 'HTML part, for a frame with the attribute sandbox; nothing in it runs or loads.',
    role: 'administrator',
    audited: true,
    params: byId,
    contentType: 'text/html; charset=utf-8',
    problems: [400, 404, 409],
  },
  resend: {
    method: 'POST',
    path: '/api/v1/messages/{id}/resend',
    summary: 'Send the content of a message again, as a new message.',
    role: 'operator',
    params: byId,
    body: actions.resendBody.prefault({}),
    response: actions.resendResult,
    creates: true,
    problems: [400, 404, 409],
  },
  cancelRecipient: {
    method: 'POST',
    path: '/api/v1/messages/{id}/cancel-recipient',
    summary: 'Give one recipient of a message up, with or without notice to its sender.',
    role: 'operator',
    params: byId,
    body: actions.cancelBody,
    response: actionResult,
    problems: [400, 404, 409],
  },
  bulk: {
    method: 'POST',
    path: '/api/v1/messages/actions',
    summary: 'Act on many messages, or say what that would do.',
    role: 'operator',
    body: actions.bulkBody,
    response: actions.bulkResult,
    problems: [400, 409],
  },
} as const satisfies Record<string, Route>;
