/** Icons of the navigation by name. Each comes from a file of its own: the whole set has thousands. */
import { AlertRegular } from '@fluentui/react-icons/svg/alert';
import { BeakerRegular } from '@fluentui/react-icons/svg/beaker';
import { BookQuestionMarkRegular } from '@fluentui/react-icons/svg/book-question-mark';
import { BranchForkRegular } from '@fluentui/react-icons/svg/branch-fork';
import { CalendarLtrRegular } from '@fluentui/react-icons/svg/calendar-ltr';
import { CertificateRegular } from '@fluentui/react-icons/svg/certificate';
import { ChatMultipleRegular } from '@fluentui/react-icons/svg/chat-multiple';
import { ClipboardSearchRegular } from '@fluentui/react-icons/svg/clipboard-search';
import { ClipboardTextLtrRegular } from '@fluentui/react-icons/svg/clipboard-text-ltr';
import { ClipboardTaskRegular } from '@fluentui/react-icons/svg/clipboard-task';
import { CloudRegular } from '@fluentui/react-icons/svg/cloud';
import { DataBarVerticalRegular } from '@fluentui/react-icons/svg/data-bar-vertical';
import { ArrowExitRegular } from '@fluentui/react-icons/svg/arrow-exit';
import { GaugeRegular } from '@fluentui/react-icons/svg/gauge';
import { HistoryRegular } from '@fluentui/react-icons/svg/history';
import { HomeRegular } from '@fluentui/react-icons/svg/home';
import { HourglassRegular } from '@fluentui/react-icons/svg/hourglass';
import { MailMultipleRegular } from '@fluentui/react-icons/svg/mail-multiple';
import { PeopleRegular } from '@fluentui/react-icons/svg/people';
import { PersonQuestionMarkRegular } from '@fluentui/react-icons/svg/person-question-mark';
import { PlugConnectedRegular } from '@fluentui/react-icons/svg/plug-connected';
import { PrintRegular } from '@fluentui/react-icons/svg/print';
import { ProhibitedRegular } from '@fluentui/react-icons/svg/prohibited';
import { ServerRegular } from '@fluentui/react-icons/svg/server';
import { ShieldRegular } from '@fluentui/react-icons/svg/shield';
import { StethoscopeRegular } from '@fluentui/react-icons/svg/stethoscope';

export const icons = {
  alerts: AlertRegular,
  audit: ClipboardTextLtrRegular,
  calendar: CalendarLtrRegular,
  certificates: CertificateRegular,
  connectors: PlugConnectedRegular,
  doctor: StethoscopeRegular,
  exitPlan: ArrowExitRegular,
  explanations: BookQuestionMarkRegular,
  history: HistoryRegular,
  home: HomeRegular,
  limits: GaugeRegular,
  messages: MailMultipleRegular,
  microsoft365: CloudRegular,
  nodes: ServerRegular,
  queue: HourglassRegular,
  refusals: ProhibitedRegular,
  reports: DataBarVerticalRegular,
  review: ClipboardSearchRegular,
  security: ShieldRegular,
  setUp: ClipboardTaskRegular,
  simulator: BranchForkRegular,
  sources: PrintRegular,
  strangers: PersonQuestionMarkRegular,
  testBench: BeakerRegular,
  transcripts: ChatMultipleRegular,
  users: PeopleRegular,
};

export type IconName = keyof typeof icons;
