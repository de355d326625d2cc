import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Router, RouterLink } from '@angular/router';
import { ArrowLeft } from 'lucide';

import { Api } from '@core/api/api';
import { Problem } from '@core/api/problem';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { PageTitle } from '@core/page-title';
import { Session } from '@core/session';
import { Chip } from '@shared/chip';
import { Confirm } from '@shared/confirm';
import { Icon } from '@shared/icon';
import { ProblemPanel } from '@shared/problem-panel';
import { Skeleton } from '@shared/skeleton';
import { ColumnTable } from './column-table';
import { FileProgress } from './file-progress';
import { fileTone } from './file-state';
import { FileWatch } from './file-watch';
import type { FileProfile } from './profile';
import { RowReport } from './row-report';

/** One recipient file: its rows, columns, domains and reports. */
@Component({
  selector: 'mc-file-page',
  imports: [Chip, ColumnTable, FileProgress, Icon, MatButton, ProblemPanel, RouterLink, RowReport, Skeleton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './file-page.html',
  styles: `
    .facts {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(160px, 1fr));
      gap: 12px 24px;
      margin: 16px 0 0;
    }
    dt {
      font-size: 0.8125rem;
      color: var(--mat-sys-on-surface-variant);
    }
    dd {
      margin: 0;
      overflow-wrap: anywhere;
    }
    ol {
      columns: 3 180px;
      margin: 0;
      padding: 0;
      list-style: none;
    }
    li {
      display: flex;
      gap: 12px;
      justify-content: space-between;
      padding: 2px 0;
      break-inside: avoid;
    }
  `,
})
export default class FilePage {
  /** From the route. */
  readonly id = input.required<string>();

  private readonly api = inject(Api);
  private readonly router = inject(Router);
  private readonly confirm = inject(Confirm);
  private readonly session = inject(Session);
  private readonly title = inject(PageTitle);
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  protected readonly backIcon = ArrowLeft;
  protected readonly tone = fileTone;
  protected readonly watch = new FileWatch();
  protected readonly profile = signal<FileProfile | null>(null);
  protected readonly profileProblem = signal<Problem | null>(null);
  protected readonly mayWrite = computed(() => this.session.may('author'));
  protected readonly ready = computed(() => this.watch.file()?.status === 'ready');
  protected readonly flagged = computed(() =>
    Object.values(this.watch.file()?.account.flags ?? {}).some((count) => count > 0),
  );
  protected readonly refused = computed(() => {
    const { invalid = 0, duplicates = 0 } = this.watch.file()?.account ?? {};
    return invalid + duplicates > 0;
  });

  constructor() {
    effect(() => {
      const id = this.id();
      untracked(() => {
        this.watch.watch(id);
      });
    });
    effect(() => {
      this.title.subject.set(this.watch.file()?.name ?? '');
    });
    effect(() => {
      if (this.ready()) untracked(() => void this.loadProfile());
    });
    effect(() => {
      if (this.watch.gone()) void this.router.navigate(['/recipient-files']);
    });
  }

  protected async loadProfile(): Promise<void> {
    this.profileProblem.set(null);
    try {
      const { body } = await this.api.platform('get', '/v1/recipient-files/{file_id}/profile', {
        path: { file_id: this.id() },
      });
      this.profile.set(body as unknown as FileProfile);
    } catch (cause) {
      this.profileProblem.set(Problem.of(cause));
    }
  }

  protected async remove(): Promise<void> {
    const file = this.watch.file();
    if (!file) return;
    const done = await this.confirm.ask({
      title: this.texts.t('files.deleteTitle', { name: file.name }),
      text: this.texts.t('files.deleteText', { count: file.account.accepted ?? 0 }),
      facts: [this.texts.t('files.deleteKept'), this.texts.t('files.deleteBreaks')],
      action: this.texts.t('files.delete'),
      destructive: true,
      run: () => this.api.platform('delete', '/v1/recipient-files/{file_id}', { path: { file_id: file.file_id } }),
    });
    if (done) void this.watch.look();
  }

  protected async use(): Promise<void> {
    const file = this.watch.file();
    if (!file) return;
    await this.router.navigate(['/plans/new'], { queryParams: { file: file.file_id } });
  }
}
