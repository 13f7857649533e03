import { Button } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download';
import type { ReactNode } from 'react';

/** Saves a text that is on the page as a file. */
export function DownloadButton(props: {
  readonly what: string;
  readonly file: string;
  readonly text: string;
}): ReactNode {
  const { what, file, text } = props;
  const save = (): void => {
    // The byte order mark tells Windows PowerShell that it is UTF-8
    // (learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_character_encoding).
    const url = URL.createObjectURL(new Blob(['\uFEFF', text], { type: 'text/plain;charset=utf-8' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = file;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <Button appearance="subtle" icon={<ArrowDownloadRegular />} onClick={save}>
      {`Download ${what.toLowerCase()}`}
    </Button>
  );
}
