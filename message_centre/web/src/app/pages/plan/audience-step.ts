import { ChangeDetectionStrategy, Component, computed, effect, inject, signal, untracked } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';

import { Api } from '@core/api/api';
import type { RecipientFile } from '@core/api/documents';
import { Problem } from '@core/api/problem';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Chip } from '@shared/chip';
import { CursorList } from '@shared/cursor-list';
import { ProblemPanel } from '@shared/problem-panel';
import { SearchField } from '@shared/search-field';
import { Skeleton } from '@shared/skeleton';
import { ColumnTable } from '../recipient-files/column-table';
import { FileDrop } from '../recipient-files/file-drop';
import { FileProgress } from '../recipient-files/file-progress';
import { fileTone } from '../recipient-files/file-state';
import { ownWords } from '../recipient-files/problems';
import type { FileProfile } from '../recipient-files/profile';
import { RowReport } from '../recipient-files/row-report';
import { Uploads } from '../recipient-files/uploads';
import { Audience } from './audience';
import { PlanStore } from './plan-store';
import { StepFoot } from './step-foot';

/** Who gets the mail: a file of recipients that is there, or a new one. */
@Component({
  selector: 'mc-audience-step',
  imports: [
    Chip,
    ColumnTable,
    FileDrop,
    FileProgress,
    MatButton,
    ProblemPanel,
    RouterLink,
    RowReport,
    SearchField,
    Skeleton,
    StepFoot,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './audience-step.html',
  styleUrl: './choices.scss',
})
export default class AudienceStep {
  private readonly api = inject(Api);
  private readonly uploads = inject(Uploads);
  protected readonly store = inject(PlanStore);
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);

  protected readonly tone = fileTone;
  private readonly audience = inject(Audience);
  protected readonly watch = this.audience.watch;
  protected readonly profile = signal<FileProfile | null>(null);
  protected readonly choosing = signal(false);
  protected readonly making = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly name = signal('');
  protected readonly fileId = this.audience.fileId;
  protected readonly ready = this.audience.ready;
  protected readonly refused = computed(() => {
    const file = this.watch.file();
    if (file?.status !== 'ready' && file?.status !== 'rejected') return 0;
    const { invalid = 0, duplicates = 0 } = file.account;
    return invalid + duplicates;
  });
  protected readonly list = new CursorList<RecipientFile>(async (cursor, signal) => {
    const query = {
      limit: 10,
      status: 'ready' as const,
      ...(cursor ? { cursor } : {}),
      ...(this.name() ? { name: this.name() } : {}),
    };
    return (await this.api.platform('get', '/v1/recipient-files', { query, signal })).body;
  });

  constructor() {
    effect(() => {
      this.fileId();
      untracked(() => {
        this.profile.set(null);
      });
    });
    effect(() => {
      const open = this.fileId() === null || this.choosing();
      this.name();
      if (open) {
        untracked(() => void this.list.restart());
      }
    });
    effect(() => {
      if (this.ready()) {
        untracked(() => void this.loadProfile());
      }
    });
  }

  protected choose(fileId: string): void {
    this.choosing.set(false);
    this.store.edit({ audience: { file_id: fileId } });
  }

  protected async upload(file: File): Promise<void> {
    this.making.set(true);
    this.problem.set(null);
    try {
      this.choose((await this.uploads.begin(file)).file_id);
    } catch (cause) {
      this.problem.set(ownWords(Problem.of(cause), this.texts));
    } finally {
      this.making.set(false);
    }
  }

  private async loadProfile(): Promise<void> {
    const fileId = this.fileId();
    if (fileId === null) {
      return;
    }
    try {
      const path = { file_id: fileId };
      const { body } = await this.api.platform('get', '/v1/recipient-files/{file_id}/profile', { path });
      if (fileId === this.fileId()) {
        this.profile.set(body as unknown as FileProfile);
      }
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    }
  }
}
