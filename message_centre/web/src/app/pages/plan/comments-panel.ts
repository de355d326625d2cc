import { ChangeDetectionStrategy, Component, OnInit, inject, input, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';

import { Api } from '@core/api/api';
import type { Page, Remark } from '@core/api/documents';
import { Problem } from '@core/api/problem';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Session } from '@core/session';
import { CursorList } from '@shared/cursor-list';
import { ProblemPanel } from '@shared/problem-panel';

/** What people say about a plan. */
@Component({
  selector: 'mc-comments-panel',
  imports: [MatButton, MatFormFieldModule, MatInput, ProblemPanel],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (list.items().length) {
      <ul>
        @for (remark of list.items(); track remark.comment_id) {
          <li>
            <strong>{{ remark.by.name }}</strong>
            <span class="mc-muted" [title]="formats.exact(remark.at)">{{ formats.relative(remark.at) }}</span>
            <p>{{ remark.text }}</p>
          </li>
        }
      </ul>
      @if (!list.complete()) {
        <button matButton type="button" [disabled]="list.loading()" (click)="list.more()">
          {{ texts.t('core.loadMore') }}
        </button>
      }
    } @else if (list.begun()) {
      <p class="mc-muted">{{ texts.t('plan.noComments') }}</p>
    }
    @if (list.problem(); as problem) {
      <mc-problem [problem]="problem" (retry)="list.restart()" />
    }
    @if (session.may('author')) {
      <form (submit)="$event.preventDefault(); write()">
        <mat-form-field>
          <mat-label>{{ texts.t('plan.comment') }}</mat-label>
          <textarea matInput rows="2" maxlength="2000" [value]="text()" (input)="text.set($any($event.target).value)">
          </textarea>
        </mat-form-field>
        <button matButton="outlined" type="submit" [disabled]="busy() || !text().trim()">
          {{ texts.t('plan.write') }}
        </button>
      </form>
    }
    @if (problem(); as problem) {
      <mc-problem [problem]="problem" [retryable]="false" />
    }
  `,
  styles: `
    ul {
      display: grid;
      gap: 12px;
      margin: 0 0 12px;
      padding: 0;
      list-style: none;
    }
    li span {
      margin-left: 8px;
      font-size: 0.8125rem;
    }
    p {
      margin: 0 0 8px;
      white-space: pre-line;
      overflow-wrap: anywhere;
    }
    form {
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
      align-items: flex-end;
    }
    mat-form-field {
      flex: 1 1 260px;
    }
  `,
})
export class CommentsPanel implements OnInit {
  readonly planId = input.required<string>();
  private readonly api = inject(Api);
  protected readonly session = inject(Session);
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  protected readonly text = signal('');
  protected readonly busy = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly list = new CursorList<Remark>(
    async (cursor, signal) =>
      (
        await this.api.call<Page<Remark>>('get', '/plans/{plan_id}/comments', {
          path: { plan_id: this.planId() },
          query: { limit: 50, cursor },
          signal,
        })
      ).body,
  );

  ngOnInit(): void {
    void this.list.restart();
  }

  protected async write(): Promise<void> {
    this.busy.set(true);
    this.problem.set(null);
    try {
      await this.api.call('post', '/plans/{plan_id}/comments', {
        path: { plan_id: this.planId() },
        body: { text: this.text().trim() },
        idempotencyKey: crypto.randomUUID(),
      });
      this.text.set('');
      await this.list.restart();
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    } finally {
      this.busy.set(false);
    }
  }
}
