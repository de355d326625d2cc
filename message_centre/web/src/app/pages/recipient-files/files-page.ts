import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  computed,
  effect,
  inject,
  signal,
  untracked,
} from '@angular/core';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatSelectModule } from '@angular/material/select';
import { Router, RouterLink } from '@angular/router';
import { Users } from 'lucide';

import { Api } from '@core/api/api';
import type { RecipientFile } from '@core/api/documents';
import { Problem } from '@core/api/problem';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Session } from '@core/session';
import { Chip } from '@shared/chip';
import { CursorList } from '@shared/cursor-list';
import { Cell } from '@shared/data-table/cell';
import { Column } from '@shared/data-table/data-table';
import { Listing } from '@shared/listing';
import { ProblemPanel } from '@shared/problem-panel';
import { SearchField } from '@shared/search-field';
import { FileDrop } from './file-drop';
import { fileTone } from './file-state';
import { isMoving } from './file-watch';
import { ownWords } from './problems';
import { Uploads } from './uploads';

const STATUSES = ['ready', 'processing', 'rejected', 'failed', 'cancelled', 'awaiting_upload'] as const;
type Status = (typeof STATUSES)[number] | '';

/** All recipient files, and a place to drop another one on. */
@Component({
  selector: 'mc-files-page',
  imports: [Cell, Chip, FileDrop, Listing, MatFormFieldModule, MatSelectModule, ProblemPanel, RouterLink, SearchField],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './files-page.html',
  styleUrl: '../lists.scss',
})
export default class FilesPage {
  private readonly api = inject(Api);
  private readonly router = inject(Router);
  private readonly session = inject(Session);
  private readonly uploads = inject(Uploads);
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);

  protected readonly statuses = STATUSES;
  protected readonly tone = fileTone;
  protected readonly usersIcon = Users;
  protected readonly name = signal('');
  protected readonly status = signal<Status>('');
  protected readonly filtered = computed(() => this.name() !== '' || this.status() !== '');
  protected readonly mayWrite = computed(() => this.session.may('author'));
  protected readonly identify = (file: RecipientFile): string => file.file_id;
  protected readonly columns = computed<Column[]>(() => [
    { key: 'name', header: this.texts.t('files.name'), width: 'minmax(0, 3fr)' },
    { key: 'state', header: this.texts.t('files.state'), width: 'minmax(130px, 1.4fr)' },
    { key: 'recipients', header: this.texts.t('files.recipients'), width: '110px', end: true, wideOnly: true },
    { key: 'leftOut', header: this.texts.t('files.leftOut'), width: '110px', end: true, wideOnly: true },
    { key: 'added', header: this.texts.t('files.added'), width: 'minmax(0, 1.4fr)', wideOnly: true },
  ]);
  protected readonly making = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly list = new CursorList<RecipientFile>(async (cursor, signal) => {
    const query = {
      limit: 50,
      ...(cursor ? { cursor } : {}),
      ...(this.name() ? { name: this.name() } : {}),
      ...(this.status() ? { status: this.status() as (typeof STATUSES)[number] } : {}),
    };
    return (await this.api.platform('get', '/v1/recipient-files', { query, signal })).body;
  });

  constructor() {
    effect(() => {
      this.name();
      this.status();
      untracked(() => void this.list.restart());
    });
    // What is being imported changes by itself.
    const refresh = setInterval(() => {
      if (this.list.items().some(isMoving) && !document.hidden) void this.refreshMoving();
    }, 3_000);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(refresh);
    });
  }

  protected clear(): void {
    this.name.set('');
    this.status.set('');
  }

  protected async upload(file: File): Promise<void> {
    this.making.set(true);
    this.problem.set(null);
    try {
      const made = await this.uploads.begin(file);
      await this.router.navigate(['/recipient-files', made.file_id]);
    } catch (cause) {
      this.problem.set(ownWords(Problem.of(cause), this.texts));
    } finally {
      this.making.set(false);
    }
  }

  private refreshMoving(): Promise<void> {
    return this.list.renew(isMoving, async ({ file_id }) => {
      return (await this.api.platform('get', '/v1/recipient-files/{file_id}', { path: { file_id } })).body;
    });
  }
}
