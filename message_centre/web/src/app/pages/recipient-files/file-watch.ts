import { DestroyRef, inject, signal } from '@angular/core';

import { Api } from '@core/api/api';
import type { RecipientFile } from '@core/api/documents';
import { Problem } from '@core/api/problem';

const QUICK = 1_000;
const SLOW = 5_000;

/** States that change by themselves. */
export function isMoving(file: RecipientFile): boolean {
  return (
    file.status === 'processing' ||
    file.status === 'awaiting_upload' ||
    file.status === 'deleting' ||
    (file.status === 'cancelled' && file.finished_at === null)
  );
}

/** A recipient file as it is now: asked for again while its state changes by itself. Needs an injection context. */
export class FileWatch {
  private readonly api = inject(Api);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private fileId: string | null = null;
  private misses = 0;

  readonly file = signal<RecipientFile | null>(null);
  readonly problem = signal<Problem | null>(null);
  /** Whether the file was removed while it was looked at. */
  readonly gone = signal(false);

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.stop();
    });
  }

  /** Begins to watch; what was watched before is dropped. */
  watch(fileId: string | null, known: RecipientFile | null = null): void {
    if (fileId === this.fileId && !known) return;
    this.stop();
    this.fileId = fileId;
    this.file.set(known);
    this.problem.set(null);
    this.gone.set(false);
    if (fileId) void this.look();
  }

  /** Looks now, such as after a change. */
  async look(): Promise<void> {
    clearTimeout(this.timer);
    const fileId = this.fileId;
    if (!fileId) return;
    try {
      const { body } = await this.api.platform('get', '/v1/recipient-files/{file_id}', { path: { file_id: fileId } });
      if (fileId !== this.fileId) return;
      this.misses = 0;
      this.file.set(body);
      this.problem.set(null);
      if (isMoving(body)) this.again(body.status === 'processing' ? QUICK : SLOW / 2);
    } catch (cause) {
      if (fileId !== this.fileId) return;
      const problem = Problem.of(cause);
      if (problem.status === 404 && this.file()) {
        this.gone.set(true);
        return;
      }
      this.misses += 1;
      // One lost answer is no reason to alarm anybody while a file is watched.
      if (this.misses > 2 || !this.file()) this.problem.set(problem);
      if (problem.passing) this.again(SLOW);
    }
  }

  private again(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.look(), milliseconds);
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.fileId = null;
  }
}
