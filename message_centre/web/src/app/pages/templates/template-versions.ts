import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  ElementRef,
  computed,
  effect,
  inject,
  input,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatSelectModule } from '@angular/material/select';

import { Api } from '@core/api/api';
import type { TemplateVersion } from '@core/api/documents';
import { Problem } from '@core/api/problem';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Chip } from '@shared/chip';
import { CursorList } from '@shared/cursor-list';
import { Cell } from '@shared/data-table/cell';
import { Column, DataTable } from '@shared/data-table/data-table';
import { ProblemPanel } from '@shared/problem-panel';
import { Skeleton } from '@shared/skeleton';
import { readSource } from '../mail-design/model/source.ts';
import { templateTone } from './template-state';
import { TemplateStore } from './template-store';

/** The versions of a template, and two of them side by side. */
@Component({
  selector: 'mc-template-versions',
  imports: [Cell, Chip, DataTable, MatButton, MatFormFieldModule, MatSelectModule, ProblemPanel, Skeleton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './template-versions.html',
  styleUrls: ['../lists.scss', './template-versions.scss'],
})
export class TemplateVersions {
  readonly templateId = input.required<string>();
  readonly latest = input.required<number>();
  /** The version that is meant where none is named. */
  readonly current = input.required<number>();

  private readonly api = inject(Api);
  private readonly store = inject(TemplateStore);
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  protected readonly tone = templateTone;
  protected readonly left = signal<number | null>(null);
  protected readonly right = signal<number | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly comparing = signal(false);
  protected readonly list = new CursorList<TemplateVersion>(
    async (cursor, signal) =>
      (
        await this.api.platform('get', '/v1/templates/{template_id}/versions', {
          path: { template_id: this.templateId() },
          query: { limit: 50, ...(cursor ? { cursor } : {}) },
          signal,
        })
      ).body,
  );
  protected readonly identify = (version: TemplateVersion): number => version.version;
  protected readonly columns = computed<Column[]>(() => [
    { key: 'version', header: this.texts.t('templates.version'), width: '130px' },
    { key: 'state', header: this.texts.t('templates.state'), width: '140px' },
    { key: 'subject', header: this.texts.t('templates.subject'), width: 'minmax(0, 3fr)' },
    { key: 'size', header: this.texts.t('templates.size'), width: '90px', end: true, wideOnly: true },
    { key: 'made', header: this.texts.t('templates.made'), width: 'minmax(0, 1.3fr)', wideOnly: true },
  ]);
  protected readonly comparable = computed(() =>
    this.list.items().filter(({ status }) => status === 'ready' || status === 'invalid'),
  );
  protected readonly lines = computed(() => {
    const find = (number: number | null) => this.list.items().find(({ version }) => version === number);
    const [a, b] = [find(this.left()), find(this.right())];
    if (!a || !b) return [];
    return (['subject', 'preheader'] as const).map((name) => ({ name, a: a[name] ?? '', b: b[name] ?? '' }));
  });
  private readonly place = viewChild<ElementRef<HTMLElement>>('place');
  private view: { destroy(): void } | null = null;

  constructor() {
    effect(() => {
      this.templateId();
      this.latest();
      untracked(() => void this.begin());
    });
    effect(() => {
      const [left, right] = [this.left(), this.right()];
      if (left !== null && right !== null && this.place()) untracked(() => void this.compare(left, right));
    });
    inject(DestroyRef).onDestroy(() => this.view?.destroy());
  }

  private async begin(): Promise<void> {
    await this.list.restart();
    const [newest, before] = this.comparable();
    this.right.set(newest && before ? newest.version : null);
    this.left.set(before?.version ?? null);
  }

  protected async compare(left: number, right: number): Promise<void> {
    const place = this.place()?.nativeElement;
    if (!place) return;
    this.problem.set(null);
    this.comparing.set(true);
    try {
      const [a, b, { openDifference }] = await Promise.all([
        this.store.source(this.templateId(), left),
        this.store.source(this.templateId(), right),
        import('./code-mirror'),
      ]);
      if (this.left() !== left || this.right() !== right) return;
      const label = (version: number) => this.texts.t('templates.versionNumber', { version });
      this.view?.destroy();
      const code = (source: string) => readSource(source).html;
      this.view = openDifference(
        place,
        { label: label(left), source: code(a) },
        { label: label(right), source: code(b) },
      );
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    } finally {
      this.comparing.set(false);
    }
  }
}
