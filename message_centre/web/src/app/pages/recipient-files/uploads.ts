import { Injectable, computed, inject, signal } from '@angular/core';

import { Api } from '@core/api/api';
import type { RecipientFile } from '@core/api/documents';
import { Problem } from '@core/api/problem';
import { Progress, UploadFailed, UploadForm, contentType, postForm, proposedName } from './form-upload';

export interface Upload {
  readonly file: File;
  readonly progress: Progress;
  readonly failed: UploadFailed | null;
}

/** Files of programs for tables, which the platform does not read. */
const SPREADSHEET = /\.(xls[xmb]?|ods|numbers)$/i;

interface Running {
  readonly abort: AbortController;
}

/** Uploads of recipient files, which go on while the person looks at other pages. */
@Injectable({ providedIn: 'root' })
export class Uploads {
  private readonly api = inject(Api);
  private readonly running = new Map<string, Running>();
  private readonly uploads = signal<ReadonlyMap<string, Upload>>(new Map());

  private readonly arrivals = signal<ReadonlySet<string>>(new Set());

  /** Whether bytes are on their way, which a reload would lose. */
  readonly busy = computed(() => [...this.uploads().values()].some((upload) => upload.failed === null));

  constructor() {
    addEventListener('beforeunload', (event) => {
      if (this.busy()) event.preventDefault();
    });
  }

  /** The upload for a recipient file, null when none was begun on this page or it has arrived. */
  of(fileId: string): Upload | null {
    return this.uploads().get(fileId) ?? null;
  }

  /** Whether the upload for a recipient file ended well on this page: the platform may not have seen it yet. */
  arrived(fileId: string): boolean {
    return this.arrivals().has(fileId);
  }

  /** Makes a recipient file and begins to upload it. Throws a `Problem` when it cannot be made: `empty-file`, `spreadsheet`
   * or what the platform says. */
  async begin(file: File, addressColumn: string | null = null): Promise<RecipientFile> {
    if (file.size === 0) throw new Problem('empty-file', '', -1, '');
    if (SPREADSHEET.test(file.name)) throw new Problem('spreadsheet', '', -1, '');
    const { body } = await this.api.platform('post', '/v1/recipient-files', {
      body: {
        name: proposedName(file.name).slice(0, 200),
        content_type: contentType(file.name),
        file_bytes: file.size,
        ...(addressColumn ? { address_column: addressColumn } : {}),
      },
      idempotencyKey: crypto.randomUUID(),
    });
    const { upload, ...made } = body;
    void this.send(made.file_id, file, upload as UploadForm);
    return made;
  }

  /** Sends the same file again, such as after the network was away. */
  async again(fileId: string): Promise<void> {
    const upload = this.of(fileId);
    if (!upload) return;
    const { body } = await this.api.platform('get', '/v1/recipient-files/{file_id}/upload', {
      path: { file_id: fileId },
    });
    await this.send(fileId, upload.file, body as UploadForm);
  }

  /** Sends a file for a record that still waits for it, such as after a reload. */
  async resume(fileId: string, file: File): Promise<void> {
    const { body } = await this.api.platform('get', '/v1/recipient-files/{file_id}/upload', {
      path: { file_id: fileId },
    });
    void this.send(fileId, file, body as UploadForm);
  }

  abort(fileId: string): void {
    this.running.get(fileId)?.abort.abort();
    this.forget(fileId);
  }

  private async send(fileId: string, file: File, form: UploadForm): Promise<void> {
    const abort = new AbortController();
    this.running.set(fileId, { abort });
    const show = (progress: Progress, failed: UploadFailed | null) => {
      this.uploads.update((all) => new Map(all).set(fileId, { file, progress, failed }));
    };
    let last: Progress = { sent: 0, total: file.size, rate: null };
    show(last, null);
    try {
      await postForm(
        form,
        file,
        (now) => {
          show((last = now), null);
        },
        abort.signal,
      );
      this.arrivals.update((all) => new Set(all).add(fileId));
      this.forget(fileId);
    } catch (cause) {
      const failed = cause instanceof UploadFailed ? cause : new UploadFailed('network');
      if (failed.kind !== 'aborted') show(last, failed);
    }
  }

  private forget(fileId: string): void {
    this.running.delete(fileId);
    this.uploads.update((all) => {
      const left = new Map(all);
      left.delete(fileId);
      return left;
    });
  }
}
