/**
 * Every page of the console. Navigation, addresses, accessibility tests and screenshots are made from this table:
 * a further page is one entry here and a file `console/pages/<module>-page.tsx` that exports `Page`.
 */
import type { Role } from '../../contract/roles.ts';
import type { IconName } from '../shell/icons.ts';

export interface PageEntry {
  /** `$name` stands for a parameter. */
  readonly path: string;
  readonly title: string;
  /** Least role that can use it; below that it is left out of the navigation. */
  readonly role: Role;
  /** `messages/messages` is console/pages/messages/messages-page.tsx. */
  readonly module: string;
  /** Absent: not in the navigation (a page below another one). */
  readonly icon?: IconName;
  readonly group?: Group;
}

export const groups = ['overview', 'mail', 'who', 'out', 'protect', 'manage'] as const;
export type Group = (typeof groups)[number];

/** Heading of each group in the navigation; the first has none. */
export const groupTitles: Readonly<Record<Group, string | undefined>> = {
  overview: undefined,
  mail: 'Mail flow',
  who: 'Who may send',
  out: 'How mail leaves',
  protect: 'Protection',
  manage: 'Administration',
};

// Order of the navigation within each group.
export const pages: readonly PageEntry[] = [
  { path: '/', title: 'Home', role: 'viewer', module: 'home/home', icon: 'home', group: 'overview' },
  {
    path: '/set-up',
    title: 'Set-up',
    role: 'viewer',
    module: 'set-up/set-up',
    icon: 'setUp',
    group: 'overview',
  },
  {
    path: '/doctor',
    title: 'Doctor',
    role: 'viewer',
    module: 'doctor/doctor',
    icon: 'doctor',
    group: 'overview',
  },
  {
    path: '/messages',
    title: 'Messages',
    role: 'help-desk',
    module: 'messages/messages',
    icon: 'messages',
    group: 'mail',
  },
  { path: '/messages/$id', title: 'Message', role: 'help-desk', module: 'message/message' },
  { path: '/queue', title: 'Queue', role: 'viewer', module: 'queue/queue', icon: 'queue', group: 'mail' },
  {
    path: '/refusals',
    title: 'Refusals',
    role: 'help-desk',
    module: 'refusals/refusals',
    icon: 'refusals',
    group: 'mail',
  },
  {
    path: '/sources',
    title: 'Sources',
    role: 'viewer',
    module: 'sources/sources',
    icon: 'sources',
    group: 'who',
  },
  { path: '/sources/-/new', title: 'New source', role: 'administrator', module: 'source/new-source' },
  { path: '/sources/-/import', title: 'Import sources', role: 'administrator', module: 'sources/import' },
  { path: '/sources/$name', title: 'Source', role: 'viewer', module: 'source/source' },
  { path: '/sources/$name/card', title: 'Set-up card', role: 'viewer', module: 'source/card' },
  {
    path: '/unknown-senders',
    title: 'Unknown senders',
    role: 'help-desk',
    module: 'strangers/strangers',
    icon: 'strangers',
    group: 'who',
  },
  {
    path: '/simulator',
    title: 'What would happen',
    role: 'help-desk',
    module: 'simulator/simulator',
    icon: 'simulator',
    group: 'who',
  },
  {
    path: '/transcripts',
    title: 'Device transcripts',
    role: 'help-desk',
    module: 'transcripts/transcripts',
    icon: 'transcripts',
    group: 'who',
  },
  { path: '/transcripts/$key', title: 'Transcript', role: 'help-desk', module: 'transcripts/transcript' },
  {
    path: '/policy',
    title: 'Policy',
    role: 'viewer',
    module: 'policy/policy',
    icon: 'history',
    group: 'manage',
  },
  {
    path: '/reports',
    title: 'Reports',
    role: 'viewer',
    module: 'reports/reports',
    icon: 'reports',
    group: 'manage',
  },
  {
    path: '/connectors',
    title: 'Connectors',
    role: 'viewer',
    module: 'connectors/connectors',
    icon: 'connectors',
    group: 'out',
  },
  {
    path: '/connectors/new',
    title: 'New connector',
    role: 'administrator',
    module: 'connector-editor/new-connector',
  },
  { path: '/connectors/$name', title: 'Connector', role: 'viewer', module: 'connector/connector' },
  {
    path: '/connectors/$name/edit',
    title: 'Edit a connector',
    role: 'administrator',
    module: 'connector-editor/edit-connector',
  },
  {
    path: '/microsoft365',
    title: 'Microsoft 365 set-up',
    role: 'viewer',
    module: 'microsoft365/microsoft365',
    icon: 'microsoft365',
    group: 'out',
  },
  {
    path: '/limits',
    title: 'Limits and quotas',
    role: 'viewer',
    module: 'limits/limits',
    icon: 'limits',
    group: 'out',
  },
  {
    path: '/test-bench',
    title: 'Test bench',
    role: 'operator',
    module: 'test-bench/test-bench',
    icon: 'testBench',
    group: 'out',
  },
  {
    path: '/security',
    title: 'Security',
    role: 'viewer',
    module: 'security/security',
    icon: 'security',
    group: 'protect',
  },
  {
    path: '/exit-plan',
    title: 'Plaintext exit plan',
    role: 'viewer',
    module: 'exit-plan/exit-plan',
    icon: 'exitPlan',
    group: 'protect',
  },
  {
    path: '/alerts',
    title: 'Alerts and health',
    role: 'viewer',
    module: 'alerts/alerts',
    icon: 'alerts',
    group: 'protect',
  },
  {
    path: '/certificates',
    title: 'Certificates and secrets',
    role: 'viewer',
    module: 'certificates/certificates',
    icon: 'certificates',
    group: 'protect',
  },
  {
    path: '/calendar',
    title: 'Calendar',
    role: 'viewer',
    module: 'calendar/calendar',
    icon: 'calendar',
    group: 'protect',
  },
  {
    path: '/review',
    title: 'Review',
    role: 'help-desk',
    module: 'review/review',
    icon: 'review',
    group: 'protect',
  },
  {
    path: '/audit',
    title: 'Audit log',
    role: 'administrator',
    module: 'audit/audit',
    icon: 'audit',
    group: 'manage',
  },
  {
    path: '/nodes',
    title: 'Nodes and storage',
    role: 'viewer',
    module: 'nodes/nodes',
    icon: 'nodes',
    group: 'manage',
  },
  {
    path: '/explanations',
    title: 'Explanations',
    role: 'help-desk',
    module: 'explanations/explanations',
    icon: 'explanations',
    group: 'manage',
  },
  {
    path: '/users',
    title: 'Users and tokens',
    role: 'administrator',
    module: 'users/users',
    icon: 'users',
    group: 'manage',
  },
  { path: '/account', title: 'Your account', role: 'viewer', module: 'account/account' },
];
