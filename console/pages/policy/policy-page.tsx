/** The policy as one document, and what became of it: every revision with author, time and difference. */
import {
  makeStyles,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  Tab,
  TabList,
} from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useRead } from '../../api/queries.ts';
import { oneOf, numberFilter, textFilter, useFilters } from '../../app/filters.ts';
import { CopyLink } from '../../parts/copy-button.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { ManagedNote, useMayEditPolicy } from '../../parts/managed-note.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { History } from './history.tsx';
import { PolicyDocument } from './policy-document.tsx';

const filters = {
  tab: oneOf('document', 'history'),
  at: textFilter,
  edit: oneOf('text'),
  open: numberFilter,
  from: numberFilter,
  to: numberFilter,
};

const useStyles = makeStyles({ dangers: { paddingLeft: '18px', listStyleType: 'disc' } });

export function Page(): ReactNode {
  const styles = useStyles();
  const [values, change] = useFilters(filters);
  const { tab = 'document', at, edit, open, from, to } = values;
  const { data, error, refetch } = useRead('policy', {});
  const mayEdit = useMayEditPolicy() === true;
  return (
    <PageFrame
      title="Policy"
      lead={data ? `Revision ${data.revision} is in force.` : undefined}
      actions={<CopyLink />}
    >
      <ManagedNote at={at ?? 'it'} />
      {data && data.dangers.length > 0 && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>Dangerous settings in force</MessageBarTitle>
            <ul className={styles.dangers}>
              {data.dangers.map((danger) => (
                <li key={danger}>{danger}</li>
              ))}
            </ul>
          </MessageBarBody>
        </MessageBar>
      )}
      <TabList
        selectedValue={tab}
        onTabSelect={(_event, { value }) =>
          change({ tab: value === 'history' ? 'history' : undefined, edit: undefined, open: undefined })
        }
      >
        <Tab value="document">Document</Tab>
        <Tab value="history">History</Tab>
      </TabList>
      {error && <ErrorState problem={error} retry={() => void refetch()} />}
      {!data && !error && <PagePending />}
      {data && tab === 'document' && (
        <PolicyDocument
          policy={data}
          at={at}
          mayEdit={mayEdit}
          isEditing={edit === 'text' && mayEdit}
          onEdit={(isEditing) => change({ edit: isEditing ? 'text' : undefined })}
        />
      )}
      {data && tab === 'history' && (
        <History
          current={data.revision}
          mayEdit={mayEdit}
          open={open}
          from={from}
          to={to}
          onChange={change}
        />
      )}
    </PageFrame>
  );
}
