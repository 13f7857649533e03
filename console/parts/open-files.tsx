/** A button that opens files of the viewer's machine, as texts and as they are. */
import { Button } from '@fluentui/react-components';
import { FolderOpenRegular } from '@fluentui/react-icons/svg/folder-open';
import type { ChangeEvent, ReactNode } from 'react';
import { useRef } from 'react';

export interface OpenedFile {
  readonly name: string;
  readonly text: string;
  readonly bytes: Uint8Array;
}

export interface OpenFilesProps {
  readonly words: string;
  /** What a screen reader calls the field. */
  readonly label: string;
  readonly accept: string;
  readonly multiple?: boolean;
  readonly primary?: boolean;
  readonly disabled?: boolean;
  readonly onFiles: (files: readonly OpenedFile[]) => void;
}

export function OpenFiles(props: OpenFilesProps): ReactNode {
  const { words, label, accept, multiple = false, primary = false, disabled = false, onFiles } = props;
  const input = useRef<HTMLInputElement>(null);
  const read = async ({ target }: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const files = [...(target.files ?? [])];
    const opened = await Promise.all(files.map(openedFile));
    // The same file may be opened again once it was changed.
    target.value = '';
    if (opened.length > 0) onFiles(opened);
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        multiple={multiple}
        aria-label={label}
        accept={accept}
        onChange={(event) => void read(event)}
      />
      <Button
        icon={<FolderOpenRegular />}
        disabled={disabled}
        {...(primary && { appearance: 'primary' as const })}
        onClick={() => input.current?.click()}
      >
        {words}
      </Button>
    </>
  );
}

/** Windows PowerShell redirects to UTF-16 with its byte order mark, PowerShell 7 and everybody else to UTF-8. */
async function openedFile(file: File): Promise<OpenedFile> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  return { name: file.name, text: new TextDecoder(encoding).decode(bytes), bytes };
}
